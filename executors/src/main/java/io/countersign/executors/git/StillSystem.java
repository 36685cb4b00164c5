package io.countersign.executors.git;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/** The machine as git sees it: without configuration of system and user, and without an environment. */
final class StillSystem extends SystemReader.Delegate {

    private StillSystem(SystemReader machine) {
        super(machine);
    }

    /** From now on git in this process sees nothing else. */
    static synchronized void settle() {
        if (!(SystemReader.getInstance() instanceof StillSystem)) {
            SystemReader.setInstance(new StillSystem(SystemReader.getInstance()));
        }
    }

    @Override
    public @Nullable String getenv(String variable) {
        return null;
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    /** A file that is not there and is never written. */
    private static final class Nothing extends FileBasedConfig {

        Nothing(@Nullable Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {
            // there is nothing
        }

        @Override
        public boolean isOutdated() {
            return false;
        }

        @Override
        public void save() {
            // nothing is kept
        }
    }
}
