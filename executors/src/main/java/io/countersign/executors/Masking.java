package io.countersign.executors;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes secrets out of what the far side answered, and keeps it short. Knows the secrets in use and the looks of the usual ones. */
public final class Masking {

    /** The longest output, in bytes of UTF-8. */
    public static final int MAX_OUTPUT_BYTES = 64 * 1024;

    private static final String MASK = "[masked]";
    private static final int MAX_SENTENCE = 1_000;
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final List<Pattern> TOKENS = List.of(
            Pattern.compile("-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[A-Za-z0-9+/=\\s\\\\]*+(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"),
            Pattern.compile("\\beyJ[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9_-]*+"),
            Pattern.compile("\\b(?:re_|sk_live_|sk_test_|sk-|rk_live_|csk_|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|ATATT|AKIA|ASIA|AIza)"
                    + "[A-Za-z0-9_=-]{12,}+"));
    private static final Pattern CREDENTIALS = Pattern.compile("(?i)\\b(bearer|basic)(\\s{1,3}+)[A-Za-z0-9+/=._~-]{8,}+");
    private static final Pattern NAMED = Pattern.compile(
            "(?i)\\b(password|passwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token)(\"?\\s{0,3}+[:=]\\s{0,3}+\"?)[^\\s\"',;&<>]{6,}+");

    private final List<String> secrets;

    private Masking(Collection<String> secrets) {
        this.secrets = secrets.stream().filter(secret -> secret.length() >= 4).distinct().toList();
    }

    /** Masks these secrets wherever they appear, beside the usual ones. Very short ones are no secrets. */
    public static Masking of(Collection<String> secrets) {
        return new Masking(secrets);
    }

    /** The text without secrets. */
    public String text(String text) {
        var masked = text;
        for (var secret : secrets) {
            masked = masked.replace(secret, MASK);
        }
        for (var token : TOKENS) {
            masked = token.matcher(masked).replaceAll(MASK);
        }
        masked = CREDENTIALS.matcher(masked).replaceAll("$1$2" + MASK);
        return NAMED.matcher(masked).replaceAll("$1$2" + MASK);
    }

    /** One line without secrets and control characters, at most 1,000 characters. */
    public String sentence(String text) {
        return excerpt(text, MAX_SENTENCE);
    }

    /** The beginning of what the far side said, on one line, masked before it is cut. */
    public String excerpt(String text, int maxLength) {
        var line = text(text).replaceAll("[\\p{Cntrl}\\u2028\\u2029\\s]+", " ").strip();
        return line.length() <= maxLength ? line : line.substring(0, cutAt(line, maxLength - 1)) + "…";
    }

    /** JSON as text: string values masked, the longest of them cut until the whole fits {@link #MAX_OUTPUT_BYTES}. */
    public String output(ObjectNode output) {
        var masked = (ObjectNode) map(output, this::text);
        var json = JSON.writeValueAsString(masked);
        for (var longest = MAX_OUTPUT_BYTES / 2; bytes(json) > MAX_OUTPUT_BYTES && longest > 16; longest /= 2) {
            var limit = longest;
            json = JSON.writeValueAsString(map(masked, value -> value.length() <= limit ? value
                    : value.substring(0, cutAt(value, limit)) + "… [shortened]"));
        }
        return json;
    }

    private static JsonNode map(JsonNode node, UnaryOperator<String> change) {
        return switch (node) {
            case ObjectNode object -> {
                var copy = JSON.createObjectNode();
                object.properties().forEach(property -> copy.set(property.getKey(), map(property.getValue(), change)));
                yield copy;
            }
            case ArrayNode array -> {
                var copy = JSON.createArrayNode();
                array.forEach(item -> copy.add(map(item, change)));
                yield copy;
            }
            default -> node.isString() ? JSON.getNodeFactory().stringNode(change.apply(node.stringValue())) : node;
        };
    }

    private static int cutAt(String text, int length) {
        return Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
