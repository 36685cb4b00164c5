package io.countersign.command.api;

import java.io.Serial;
import java.util.Map;

/**
 * A call that was refused: out of turn, not permitted, or malformed. Nothing was appended. A policy's "no" is not this: that is an event.
 *
 * <p>The message is a sentence for the caller, saying what to do next, and never holds a secret or another workspace's data.
 */
public final class Refused extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final RefusalCode code;
    private final transient Map<String, Object> details;

    /** Refuses with a code and a sentence. */
    public Refused(RefusalCode code, String message) {
        this(code, message, Map.of());
    }

    /** Refuses with details, such as {@code current_status}, {@code decided_by}, {@code details}, {@code retry_after}. */
    public Refused(RefusalCode code, String message, Map<String, Object> details) {
        super(message, null, false, false);
        this.code = code;
        this.details = Map.copyOf(details);
    }

    /** The stable reason. */
    public RefusalCode code() {
        return code;
    }

    /** What a client needs besides the sentence; keys in snake case; never null. */
    public Map<String, Object> details() {
        return details;
    }
}
