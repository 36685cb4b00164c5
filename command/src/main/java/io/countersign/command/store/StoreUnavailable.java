package io.countersign.command.store;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The log could not be written. Becomes {@code approval_system_unavailable} at the edge of the command side. */
final class StoreUnavailable extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final boolean outcomeUnknown;

    StoreUnavailable(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** True when the events may have become durable all the same. */
    boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
