package io.countersign.web.rest;

import io.countersign.command.api.Refused;
import io.countersign.command.api.RefusalCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The members of a request body, asked for by name. Faults are gathered, so that one answer names all of them; members nobody asked for are
 * faults too. {@link #finish()} must be called before the values are used.
 */
final class JsonBody {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

    private static final JsonMapper PLAIN = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final byte[] bytes;
    private final Map<String, StrictJson.Value> members;
    private final Set<String> asked = new HashSet<>();
    private final List<Map<String, String>> faults = new ArrayList<>();

    JsonBody(byte[] bytes, Map<String, StrictJson.Value> members) {
        this.bytes = bytes;
        this.members = members;
    }

    /** Hex SHA-256 of the body as received. */
    String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A required name; longer than {@code max} is too large, not malformed. */
    String name(String member, int max) {
        var value = string(member);
        if (value == null || value.isBlank()) {
            return value == null && isFaulty(member) ? "" : fault(member, "is required", "");
        }
        if (value.length() > max) {
            throw tooLarge(member, max + " characters");
        }
        return value;
    }

    /** A remark: trimmed, blank is absent. */
    @Nullable String text(String member, int max) {
        var value = string(member);
        if (value == null || value.isBlank()) {
            return null;
        }
        var trimmed = value.strip();
        return trimmed.length() > max
                ? fault(member, "must have at most " + max + " characters", null) : trimmed;
    }

    /** A required object, as the exact text it came in. */
    String object(String member, int maxBytes) {
        var value = member(member);
        if (value == null) {
            return fault(member, "is required", "");
        }
        if (value.kind() != JsonToken.START_OBJECT) {
            return fault(member, "must be a JSON object", "");
        }
        return withinBytes(member, value.raw(), maxBytes);
    }

    /** An object, as the exact text it came in, or null when it is absent. */
    @Nullable String objectIfGiven(String member, int maxBytes) {
        return member(member) == null ? null : object(member, maxBytes);
    }

    /** Any JSON, as the exact text it came in. */
    @Nullable String json(String member, int maxBytes) {
        var value = member(member);
        return value == null ? null : withinBytes(member, value.raw(), maxBytes);
    }

    /** True or false; absent is false. */
    boolean flag(String member) {
        var value = member(member);
        if (value == null) {
            return false;
        }
        return switch (value.kind()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> fault(member, "must be true or false", false);
        };
    }

    /** True or false, or null when it is absent. */
    @Nullable Boolean choice(String member) {
        return member(member) == null ? null : Boolean.valueOf(flag(member));
    }

    /** A whole number of at least this, or null when it is absent. */
    @Nullable Long integer(String member, long least) {
        var value = member(member);
        if (value == null) {
            return null;
        }
        if (value.kind() == JsonToken.VALUE_NUMBER_INT && value.raw().length() <= 18 && Long.parseLong(value.raw()) >= least) {
            return Long.valueOf(value.raw());
        }
        return fault(member, "must be a whole number, at least " + least, null);
    }

    /** A word out of a few, or null when it is absent. */
    @Nullable String wordIfGiven(String member, Set<String> words) {
        return member(member) == null ? null : word(member, words);
    }

    /** A hex SHA-256, in lower case. */
    @Nullable String sha256(String member) {
        var value = string(member);
        if (value == null || SHA256.matcher(value).matches()) {
            return value == null ? null : value.toLowerCase(java.util.Locale.ROOT);
        }
        return fault(member, "must be 64 hexadecimal digits", null);
    }

    /** A word out of a few. Another word, or none, is {@code invalid_decision}. */
    String decision(String member, Set<String> words) {
        var value = string(member);
        if (value == null || !words.contains(value)) {
            if (!isFaulty(member)) {
                throw new Refused(RefusalCode.INVALID_DECISION,
                        member + " must be one of " + String.join(", ", words.stream().sorted().toList()) + ".");
            }
            return "";
        }
        return value;
    }

    /** A required word out of a few. */
    String word(String member, Set<String> words) {
        var value = string(member);
        if (value == null || !words.contains(value)) {
            return isFaulty(member) ? "" : fault(member, "must be one of " + String.join(", ", words.stream().sorted().toList()), "");
        }
        return value;
    }

    /** Whether a member is there and not null. */
    boolean has(String member) {
        return member(member) != null;
    }

    /** A required yes or no. */
    boolean yes(String member) {
        return has(member) ? flag(member) : fault(member, "is required", false);
    }

    /** A whole number within bounds; null when it is absent. */
    @Nullable Long whole(String member, long least, long most) {
        var value = member(member);
        if (value == null) {
            return null;
        }
        try {
            long number = value.kind() == JsonToken.VALUE_NUMBER_INT ? new java.math.BigInteger(value.raw()).longValueExact() : least - 1;
            return value.kind() == JsonToken.VALUE_NUMBER_INT && number >= least && number <= most ? (Long) number : outside(member, least, most);
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            return outside(member, least, most);
        }
    }

    private @Nullable Long outside(String member, long least, long most) {
        return fault(member, "must be a whole number from " + least + " to " + most, null);
    }

    /** A required list of strings. */
    List<String> texts(String member, int most) {
        var value = member(member);
        if (value == null) {
            return fault(member, "is required", List.of());
        }
        if (value.kind() != JsonToken.START_ARRAY) {
            return fault(member, "must be a list of strings", List.of());
        }
        var elements = StrictJson.elements(value);
        if (elements.size() > most || elements.stream().anyMatch(element -> element.text() == null)) {
            return fault(member, "must be a list of at most " + most + " strings", List.of());
        }
        return elements.stream().map(element -> String.valueOf(element.text())).toList();
    }

    /** A required list of action ids without repeats, in the order given. */
    List<String> actionIds(String member, int max) {
        var value = member(member);
        if (value == null) {
            return fault(member, "is required", List.of());
        }
        if (value.kind() != JsonToken.START_ARRAY) {
            return fault(member, "must be a list of action ids", List.of());
        }
        var elements = StrictJson.elements(value);
        if (!elements.stream().allMatch(id -> id.text() != null && ActionIds.isOne(id.text()))) {
            return fault(member, "must hold action ids (UUIDs) only", List.of());
        }
        var ids = elements.stream().map(id -> ActionIds.normal(id.text())).distinct().toList();
        return ids.isEmpty() || ids.size() > max ? fault(member, "must hold 1 to " + max + " different ids", List.of()) : ids;
    }

    /** Every member nobody has asked for yet, as plain maps, lists, text, numbers and booleans. */
    Map<String, @Nullable Object> others() {
        var others = new LinkedHashMap<String, @Nullable Object>();
        members.forEach((name, value) -> {
            if (asked.add(name)) {
                try {
                    others.put(name, value.kind() == JsonToken.VALUE_NULL ? null : PLAIN.readValue(value.raw(), Object.class));
                } catch (JacksonException e) {
                    fault(name, "is malformed", null);
                }
            }
        });
        return others;
    }

    /** A list of objects, as plain maps; empty when it is absent. */
    List<Map<String, @Nullable Object>> objects(String member, int max) {
        var value = member(member);
        if (value == null) {
            return List.of();
        }
        if (value.kind() != JsonToken.START_ARRAY) {
            return fault(member, "must be a list of objects", List.of());
        }
        try {
            List<Map<String, @Nullable Object>> objects = PLAIN.readValue(value.raw(), new TypeReference<>() {});
            return objects.isEmpty() || objects.size() > max || objects.contains(null)
                    ? fault(member, "must hold 1 to " + max + " objects", List.of()) : objects;
        } catch (JacksonException e) {
            return fault(member, "must be a list of objects", List.of());
        }
    }

    /** @throws Refused {@code validation_error} naming every fault */
    void finish() {
        members.keySet().stream().filter(name -> !asked.contains(name)).limit(20)
                .forEach(name -> fault(StrictJson.clean(name, 60), "is not known here", null));
        if (!faults.isEmpty()) {
            var sentence = new StringBuilder();
            faults.forEach(fault -> sentence.append(sentence.isEmpty() ? "" : "; ").append(fault.get("field")).append(' ').append(fault.get("message")));
            throw new Refused(RefusalCode.VALIDATION_ERROR, sentence + ".", Map.of("details", List.copyOf(faults)));
        }
    }

    private StrictJson.@Nullable Value member(String member) {
        asked.add(member);
        var value = members.get(member);
        return value == null || value.kind() == JsonToken.VALUE_NULL ? null : value;
    }

    private @Nullable String string(String member) {
        var value = member(member);
        if (value == null) {
            return null;
        }
        return value.text() != null ? value.text() : fault(member, "must be a string", null);
    }

    private boolean isFaulty(String member) {
        return faults.stream().anyMatch(fault -> member.equals(fault.get("field")));
    }

    /** Notes what is wrong between members, told by {@link #finish()} with the rest. */
    void fault(String member, String message) {
        fault(member, message, null);
    }

    private <T extends @Nullable Object> T fault(String member, String message, T instead) {
        faults.add(Map.of("field", member, "message", message));
        return instead;
    }

    private static String withinBytes(String member, String raw, int maxBytes) {
        if (raw.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            throw tooLarge(member, maxBytes / 1024 + " KiB");
        }
        return raw;
    }

    private static Refused tooLarge(String member, String max) {
        return new Refused(RefusalCode.PAYLOAD_TOO_LARGE, member + " is larger than " + max + ".");
    }
}
