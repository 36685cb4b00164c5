package io.countersign.command.store.api;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as they stand in the log: fixed width, so that text order is time order. */
public final class StoredTime {

    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String SHAPE = "0000-00-00T00:00:00.000000000";
    private static final int SECONDS_END = 19;

    /** Nanoseconds of a unit of the last digit, by the number of digits. */
    private static final long[] SCALE = {0, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1};

    private StoredTime() {}

    /** In UTC, with six digits behind the second; what is finer is cut off. */
    public static String format(Instant instant) {
        return FORM.format(instant);
    }

    /**
     * Whoever reads the whole log reads several times with every event, so what has the usual shape, with or without a fraction, is read without a
     * formatter.
     *
     * @throws java.time.DateTimeException when it is no time
     */
    public static Instant parse(String text) {
        if (!hasShape(text)) {
            return Instant.parse(text);
        }
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
        int second = (number(text, 11, 13) * 60 + number(text, 14, 16)) * 60 + number(text, 17, 19);
        int end = text.length() - 1;
        long nanos = end == SECONDS_END ? 0 : number(text, SECONDS_END + 1, end) * SCALE[end - SECONDS_END - 1];
        return Instant.ofEpochSecond(day * 86_400 + second, nanos);
    }

    private static boolean hasShape(String text) {
        int end = text.length() - 1;
        if (end < SECONDS_END || end == SECONDS_END + 1 || end > SHAPE.length() || text.charAt(end) != 'Z') {
            return false;
        }
        for (int i = 0; i < end; i++) {
            char shape = SHAPE.charAt(i);
            char c = text.charAt(i);
            if (shape == '0' ? c < '0' || c > '9' : c != shape) {
                return false;
            }
        }
        return number(text, 11, 13) < 24 && number(text, 14, 16) < 60 && number(text, 17, 19) < 60;
    }

    private static int number(String text, int from, int until) {
        int number = 0;
        for (int i = from; i < until; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
