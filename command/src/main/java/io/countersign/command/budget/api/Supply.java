package io.countersign.command.budget.api;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * Something limited over time. Calendar periods are those of UTC.
 *
 * @param key what is limited, such as {@code rate/email:send} or {@code money/EUR/scout}; unique in the workspace
 */
public record Supply(String workspace, String key, Span span) {

    /** How often it renews. */
    public sealed interface Span {

        /** At every multiple of this period since 1970; at least a second. */
        record Every(Duration period) implements Span {}

        /** At midnight. */
        record Day() implements Span {}

        /** On the first day of the month. */
        record Month() implements Span {}

        /** Never. */
        record Ever() implements Span {}

        /**
         * All the time: what was taken comes back this much later. Counted in {@link #PIECES} pieces, so that a piece is still counted as a
         * whole until all of it is old enough.
         */
        record Rolling(Duration length) implements Span {

            /** Pieces of a length. */
            public static final int PIECES = 24;

            /** Length of one piece in seconds; at least one. */
            public long pieceSeconds() {
                return Math.max(1, length.toSeconds() / PIECES);
            }
        }
    }

    /** The name of the window that this moment belongs to. */
    public String period(Instant now) {
        return switch (span) {
            case Span.Every every -> Instant.ofEpochSecond(now.getEpochSecond() / every.period().toSeconds() * every.period().toSeconds()).toString();
            case Span.Day day -> now.atZone(ZoneOffset.UTC).toLocalDate().toString();
            case Span.Month month -> now.atZone(ZoneOffset.UTC).toLocalDate().toString().substring(0, 7);
            case Span.Ever ever -> "ever";
            case Span.Rolling rolling -> "rolling-" + rolling.length();
        };
    }

    /** The id of that window. */
    public String windowId(Instant now) {
        return "budget/" + workspace + "/" + key + "/" + period(now);
    }
}
