package io.countersign.executors.git;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FS_POSIX;
import org.eclipse.jgit.util.ProcessResult;
import org.jspecify.annotations.Nullable;

/** A file system on which nothing can be run: no hook, no filter, no git. Links in a repository become plain files. */
final class StillFs extends FS_POSIX {

    private static final int OURS_ALONE = 0077;

    StillFs() {
        setUmask(OURS_ALONE); // else a shell would be asked
    }

    @Override
    public FS newInstance() {
        return new StillFs();
    }

    @Override
    public boolean supportsSymlinks() {
        return false;
    }

    @Override
    public void createSymLink(File path, String target) throws IOException {
        Files.writeString(path.toPath(), target);
    }

    @Override
    protected @Nullable File discoverGitExe() {
        return null;
    }

    @Override
    protected @Nullable File discoverGitSystemConfig() {
        return null;
    }

    @Override
    public @Nullable File findHook(Repository repository, String hook) {
        return null;
    }

    @Override
    public ProcessResult runHookIfPresent(Repository repository, String hook, String[] arguments, OutputStream out, OutputStream err,
            String input) {
        return new ProcessResult(ProcessResult.Status.NOT_PRESENT);
    }

    @Override
    public ProcessBuilder runInShell(String command, String[] arguments) {
        throw new IllegalStateException("A repository wants " + command + " to be run; nothing is run here.");
    }
}
