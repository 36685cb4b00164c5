package io.countersign.query.projection;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Instants as views keep them: microseconds since 1970, the resolution of the log. */
public final class Micros {

    private Micros() {}

    /** Microseconds since 1970; finer parts are dropped. */
    public static long of(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /** The instant of these microseconds. */
    public static Instant toInstant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
