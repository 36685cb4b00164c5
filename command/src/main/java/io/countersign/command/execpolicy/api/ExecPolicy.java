package io.countersign.command.execpolicy.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which programs may be run, and which actions ask for a person by their words.
 *
 * @param enabled false: nothing runs, whatever else is said
 * @param mode what may run; the denied never do
 * @param strictInlineEval whether code within a command line is refused: shell characters, {@code sh -c}, {@code python -c} and their like
 * @param allowed programs by name, found in the usual folders, or by absolute path
 * @param denied programs by name, in every mode
 * @param defaultTimeoutSeconds how long a program may run when it is not said; 1 to 86,400
 * @param approvalsEnabled false: the patterns below, and a requester's wish for a person, count for nothing. Rules and modes still do
 * @param approvalRequiredPatterns globs, or with {@code re:} regular expressions, over command lines and action names
 * @param version counts changes from 1; 0 for the standard that nobody changed
 */
public record ExecPolicy(boolean enabled, Mode mode, boolean strictInlineEval, List<String> allowed, List<String> denied,
        int defaultTimeoutSeconds, boolean approvalsEnabled, List<String> approvalRequiredPatterns, long version) {

    /** As it is until somebody changes it. */
    public static final ExecPolicy STANDARD =
            new ExecPolicy(false, Mode.DENY, true, List.of(), List.of("rm", "sudo", "chmod"), 300, true, List.of(), 0);

    /** What may run. */
    public enum Mode {
        /** Nothing. */
        DENY,
        /** What is allowed by name. */
        ALLOWLIST,
        /** Whatever is not denied. */
        FULL;

        /** The name on the wire, in lower case. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The mode of this name on the wire. */
        public static Optional<Mode> of(String wire) {
            return Arrays.stream(values()).filter(mode -> mode.wire().equals(wire)).findFirst();
        }
    }

    /** The same at another version. */
    public ExecPolicy at(long other) {
        return new ExecPolicy(enabled, mode, strictInlineEval, allowed, denied, defaultTimeoutSeconds, approvalsEnabled,
                approvalRequiredPatterns, other);
    }
}
