package io.countersign.command.policy.api;

import io.countersign.command.catalogue.api.ParameterFault;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A written object while it is read: what was taken from it, and what is wrong with it. */
final class Fields {

    private static final int FAULTS_NAMED = 20;

    private final String path;
    private final Map<?, ?> written;
    private final boolean lenient;
    private final List<ParameterFault> faults;
    private final Set<String> taken = new HashSet<>();

    private Fields(String path, Map<?, ?> written, boolean lenient, List<ParameterFault> faults) {
        this.path = path;
        this.written = written;
        this.lenient = lenient;
        this.faults = faults;
    }

    static Fields strict(String path, Map<?, ?> written) {
        return new Fields(path, written, false, new ArrayList<>());
    }

    static Fields lenient(Map<?, ?> written) {
        return new Fields("", written, true, new ArrayList<>());
    }

    void fault(String key, String message) {
        if (faults.size() < FAULTS_NAMED) {
            faults.add(new ParameterFault(path + key, message));
        }
    }

    void complain() {
        if (!faults.isEmpty()) {
            throw new InvalidPolicy(faults);
        }
    }

    /** What was not taken is unknown. */
    void end() {
        if (!lenient) {
            written.keySet().stream().map(String::valueOf).filter(key -> !taken.contains(key)).sorted()
                    .forEach(key -> fault(shown(key), "is not known here; known are " + String.join(", ", taken.stream().sorted().toList())));
        }
    }

    void takeAll() {
        written.keySet().forEach(key -> taken.add(String.valueOf(key)));
    }

    boolean has(String key) {
        return written.get(key) != null;
    }

    private @Nullable Object take(String key, boolean required) {
        taken.add(key);
        Object value = written.get(key);
        if (value == null && required) {
            fault(key, "is required");
        }
        return value;
    }

    @Nullable String text(String key, int longest, boolean required) {
        return text(key, take(key, required), longest);
    }

    /** Required text; empty after a fault. */
    String given(String key, int longest) {
        String text = text(key, longest, true);
        return text == null ? "" : text;
    }

    private @Nullable String text(String key, @Nullable Object value, int longest) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text)) {
            fault(key, "must be text");
            return null;
        }
        String trimmed = text.strip();
        if (trimmed.isEmpty() || trimmed.length() > longest) {
            fault(key, "has 1 to " + longest + " characters");
            return null;
        }
        if (trimmed.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')) {
            fault(key, "must not hold control characters");
            return null;
        }
        return trimmed;
    }

    boolean flag(String key, boolean usual) {
        Object value = take(key, false);
        if (value == null) {
            return usual;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        fault(key, "must be true or false");
        return usual;
    }

    @Nullable Long integer(String key, long least, long most, boolean required) {
        Object value = take(key, required);
        if (value == null) {
            return null;
        }
        try {
            long number = switch (value) {
                case Integer i -> i;
                case Long l -> l;
                case BigInteger i -> i.longValueExact();
                case BigDecimal d -> d.longValueExact();
                default -> throw new ArithmeticException();
            };
            if (number >= least && number <= most) {
                return number;
            }
        } catch (ArithmeticException e) {
            // answered below
        }
        fault(key, most == Long.MAX_VALUE ? "must be a whole number, at least " + least : "must be a whole number from " + least + " to " + most);
        return null;
    }

    /** Required number; the least after a fault. */
    long number(String key, long least) {
        Long number = integer(key, least, Long.MAX_VALUE, true);
        return number == null ? least : number;
    }

    double fraction(String key, double usual) {
        Object value = take(key, false);
        if (value == null) {
            return usual;
        }
        if (value instanceof Number number && number.doubleValue() >= 0 && number.doubleValue() <= 1) {
            return number.doubleValue();
        }
        fault(key, "must be a number from 0 to 1");
        return usual;
    }

    @Nullable Instant instant(String key) {
        String text = text(key, 40, false);
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            fault(key, "must be a moment such as 2026-12-31T18:00:00Z");
            return null;
        }
    }

    /** One of an enum's words; the usual one when it is missing or unknown. */
    <E extends Enum<E>> E word(String key, Class<E> words, E usual) {
        E word = word(key, words);
        return word == null ? usual : word;
    }

    /** One of an enum's words; null when it is missing or unknown. */
    <E extends Enum<E>> @Nullable E word(String key, Class<E> words) {
        String text = text(key, 40, false);
        if (text == null) {
            return null;
        }
        for (E word : words.getEnumConstants()) {
            if (word.name().toLowerCase(Locale.ROOT).equals(text)) {
                return word;
            }
        }
        fault(key, "is one of " + Stream.of(words.getEnumConstants()).map(word -> word.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
        return null;
    }

    List<String> texts(String key, int most, int longest, boolean required) {
        Object value = take(key, required);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list) || list.size() > most || required && list.isEmpty()) {
            fault(key, "must be a list of " + (required ? "1 to " : "at most ") + most + " texts");
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Object item = list.get(i);
            String text = text(key + "[" + i + "]", item == null ? 0 : item, longest);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    @Nullable Fields object(String key, boolean required) {
        Object value = take(key, required);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            return new Fields(path + key + ".", map, lenient, faults);
        }
        fault(key, "must be an object");
        return null;
    }

    List<Fields> objects(String key, int least, int most) {
        Object value = take(key, least > 0);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list) || list.size() < least || list.size() > most) {
            fault(key, "must be a list of " + least + " to " + most + " objects");
            return List.of();
        }
        List<Fields> objects = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i) instanceof Map<?, ?> map) {
                objects.add(new Fields(path + key + "[" + i + "].", map, lenient, faults));
            } else {
                fault(key + "[" + i + "]", "must be an object");
            }
        }
        return objects;
    }

    private static String shown(String key) {
        return key.length() > 40 ? key.substring(0, 40) + "…" : key;
    }
}
