package io.countersign.executors.outbound;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a call to the outside ended. Sentences hold no secret and no header. */
public sealed interface Reply {

    /**
     * The far side answered.
     *
     * @param status HTTP status
     * @param body as UTF-8 text, at most {@link OutboundClient#MAX_ANSWER_BYTES}
     * @param whole false when the body was cut: too long, or the connection broke
     * @param retryAfterHeader as sent; null for none
     */
    record Answered(int status, String body, boolean whole, @Nullable String retryAfterHeader) implements Reply {

        /** 2xx. */
        public boolean successful() {
            return status / 100 == 2;
        }

        /** What {@code Retry-After} says in seconds, between one second and one hour; {@code otherwise} when it says nothing usable. */
        public Duration retryAfter(Duration otherwise) {
            if (retryAfterHeader == null || !retryAfterHeader.strip().matches("[0-9]{1,9}")) {
                return otherwise;
            }
            return Duration.ofSeconds(Math.clamp(Long.parseLong(retryAfterHeader.strip()), 1, 3600));
        }
    }

    /** No byte of the request left the house: name not found, address refused, nobody listening, no trust, or no time. */
    record NotSent(Cause cause, String why) implements Reply {}

    /** At least a part of the request may have arrived, and no answer came back. */
    record NoAnswer(Cause cause, String why) implements Reply {}

    /** What went wrong. */
    enum Cause {
        /** Our own rules forbid the address; no connection was tried. */
        ADDRESS_REFUSED,
        /** The name, the connection or the trust failed. */
        CONNECTION,
        /** The time was up, and the call was aborted. */
        TIME_UP
    }
}
