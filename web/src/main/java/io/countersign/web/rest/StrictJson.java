package io.countersign.web.rest;

import io.countersign.command.api.Refused;
import io.countersign.command.api.RefusalCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * The only reader of JSON from outside. It takes what every JSON reader understands in the same way and refuses the rest: UTF-8 without a
 * byte order mark, no name twice, no U+0000, no lone surrogate, written or escaped, no number a double cannot hold, 16 levels below the body.
 * Nothing is bound to objects: a value keeps the very text it came in, because people approve that text and no other.
 */
final class StrictJson {

    static final int MAX_BODY_BYTES = 1 << 20;
    static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER_CHARS = 100;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH + 8)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .maxNameLength(MAX_BODY_BYTES)
                    .maxStringLength(MAX_BODY_BYTES)
                    .build())
            .build();

    private StrictJson() {}

    /**
     * One value of an object, or one element of a list.
     *
     * @param kind its first token
     * @param raw the text it came in
     * @param text the decoded string; null for other kinds
     */
    record Value(JsonToken kind, String raw, @Nullable String text) {}

    /**
     * Reads a body. No bytes at all read as an object without members.
     *
     * @throws Refused {@code validation_error} or {@code payload_too_large}
     */
    static JsonBody object(byte[] body) {
        if (body.length > MAX_BODY_BYTES) {
            throw new Refused(RefusalCode.PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB.");
        }
        if (body.length == 0) {
            return new JsonBody(body, Map.of());
        }
        var text = decode(body);
        var members = new LinkedHashMap<String, Value>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text.toCharArray())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                checkRest(parser);
                throw malformed("The body must be a JSON object.");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = checked(parser.currentName());
                parser.nextToken();
                members.put(name, value(parser, text, 1));
            }
            if (parser.nextToken() != null) {
                throw malformed("The body holds more than one JSON value.");
            }
        } catch (StreamConstraintsException e) {
            throw tooMuch();
        } catch (JacksonException e) {
            throw syntax(e);
        }
        return new JsonBody(body, members);
    }

    /** The elements of a list that was part of a checked body. */
    static List<Value> elements(Value list) {
        var elements = new ArrayList<Value>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), list.raw().toCharArray())) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(value(parser, list.raw(), 1));
            }
        }
        return elements;
    }

    private static Value value(JsonParser parser, String text, int depth) {
        var kind = parser.currentToken();
        int from = (int) parser.currentTokenLocation().getCharOffset();
        checkToken(parser, depth);
        if (kind == JsonToken.VALUE_STRING) {
            var string = parser.getString();
            return new Value(kind, text.substring(from, (int) parser.currentLocation().getCharOffset()), string);
        }
        if (kind.isStructStart()) {
            checkUntilClosed(parser, depth + 1);
            return new Value(kind, text.substring(from, (int) parser.currentLocation().getCharOffset()), null);
        }
        return new Value(kind, parser.getString(), null);
    }

    private static void checkUntilClosed(JsonParser parser, int depth) {
        for (int open = depth; open >= depth;) {
            var token = parser.nextToken();
            if (token == null) {
                throw malformed("The body ends too early.");
            }
            if (token.isStructEnd()) {
                open--;
            } else {
                checkToken(parser, open);
                if (token.isStructStart()) {
                    open++;
                }
            }
        }
    }

    private static void checkRest(JsonParser parser) {
        int open = 0;
        for (var token = parser.currentToken(); token != null; token = parser.nextToken()) {
            if (token.isStructEnd()) {
                open--;
            } else {
                checkToken(parser, open);
                if (token.isStructStart()) {
                    open++;
                }
            }
        }
    }

    private static void checkToken(JsonParser parser, int depth) {
        switch (parser.currentToken()) {
            case START_OBJECT, START_ARRAY -> {
                if (depth > MAX_DEPTH) {
                    throw tooMuch();
                }
            }
            case PROPERTY_NAME -> checked(parser.currentName());
            case VALUE_STRING -> checked(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> checkNumber(parser.getString());
            default -> { }
        }
    }

    /** Refuses what PostgreSQL cannot keep and what two readers would read differently. */
    static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw malformed("The character U+0000 is not allowed.");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c) || i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw malformed("A surrogate without its partner is not allowed.");
                }
                i++;
            }
        }
        return text;
    }

    private static void checkNumber(String number) {
        if (number.length() > MAX_NUMBER_CHARS) {
            throw tooMuch();
        }
        double value = Double.parseDouble(number);
        int exponent = Math.max(number.indexOf('e'), number.indexOf('E'));
        var mantissa = exponent < 0 ? number : number.substring(0, exponent);
        boolean lostAll = value == 0 && mantissa.chars().anyMatch(c -> c >= '1' && c <= '9');
        if (Double.isInfinite(value) || lostAll) {
            throw malformed("The number " + clean(number, 40) + " is out of range.");
        }
    }

    private static String decode(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw malformed("The body is not valid UTF-8.");
        }
    }

    private static Refused syntax(JacksonException e) {
        var where = e.getLocation();
        return malformed("The body is not valid JSON at line " + where.getLineNr() + ", column " + where.getColumnNr() + ": "
                + clean(e.getOriginalMessage(), 160));
    }

    private static Refused malformed(String sentence) {
        return new Refused(RefusalCode.VALIDATION_ERROR, sentence);
    }

    private static Refused tooMuch() {
        return new Refused(RefusalCode.PAYLOAD_TOO_LARGE,
                "The body goes too far: at most " + MAX_DEPTH + " levels of nesting and " + MAX_NUMBER_CHARS + " characters a number.");
    }

    /** What a caller wrote, fit to be repeated in a sentence. */
    static String clean(String foreign, int max) {
        var safe = foreign.replaceAll("[^\\x20-\\x7e]", "?");
        return safe.length() <= max ? safe : safe.substring(0, max) + "...";
    }
}
