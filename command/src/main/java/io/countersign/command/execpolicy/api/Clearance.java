package io.countersign.command.execpolicy.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asked by whoever is about to run a program: whether it may run by the policy of this very moment, and which file that is. */
public interface Clearance {

    /**
     * Looks at a command line.
     *
     * @param line the program and its arguments; at least one
     * @param cwd absolute; for a program that is named relative to it
     */
    Answer of(String workspace, List<String> line, @Nullable String cwd);

    /**
     * The answer.
     *
     * @param file the file that is to run, free of links; empty when none may
     * @param code why none may, as a stable word; empty when one may
     * @param reason why none may, in one sentence
     * @param seconds how long it may run when nobody says otherwise
     */
    record Answer(String file, String code, String reason, int seconds) {

        /** Whether it may run. */
        public boolean isYes() {
            return code.isEmpty();
        }
    }
}
