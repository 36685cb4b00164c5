package io.countersign.command.execpolicy;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where programs lie on this machine. */
interface Programs {

    /**
     * The file that would run, each step on the way to it, the file itself last. A bare name is looked for in the usual folders only, never
     * where the caller says.
     *
     * @param given as in the command line
     * @param cwd absolute, for a relative path; null when there is none
     * @return absolute paths without dots; empty when there is no such file, or the path cannot be followed
     */
    Optional<List<String>> follow(String given, @Nullable String cwd);
}
