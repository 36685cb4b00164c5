package io.countersign.executors.http;

import io.countersign.command.action.api.Terms.ExecutionClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One operation of a connector as it is described in {@code connectors/*.json}: no code of its own. In texts, {@code {name}} stands for a
 * parameter, a setting, or {@code {secret}}; a member of the body whose parameter is absent is left out.
 *
 * @param sight how to look at what it is about: path, facts as pointers into the answer, and for protocols that read by it method and body; null where
 *        it is about nothing that is there
 * @param settings keys that an entry must configure
 * @param auth header with {@code {value}}, or {@code basic}; null when the secret stands in address or body
 * @param ok pointer into the answer that must read true; null when the status says enough
 */
record Operation(String name, String connector, String description, String summary, String target, String method, String base, String path,
        String secret, @Nullable String auth, @Nullable String username, @Nullable String hosts, boolean form, JsonNode headers, JsonNode params,
        JsonNode required, @Nullable JsonNode body, @Nullable String ok, @Nullable JsonNode sight, List<String> settings, ExecutionClass executionClass) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> FILES = List.of("github", "slack", "linear", "pagerduty", "messages", "twilio");
    private static final Pattern PLACE = Pattern.compile("\\{([a-z_]+)}");

    /** All that come with the product. */
    static List<Operation> all() {
        List<Operation> all = new ArrayList<>();
        for (String file : FILES) {
            try (InputStream text = Objects.requireNonNull(Operation.class.getResourceAsStream("/connectors/" + file + ".json"), file)) {
                JsonNode connector = JSON.readTree(text);
                connector.path("operations").forEach(operation -> {
                    Operation one = of(connector, operation);
                    all.add(one);
                    String alias = operation.path("alias").asString("");
                    if (!alias.isEmpty()) {
                        all.add(one.called(alias));
                    }
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return List.copyOf(all);
    }

    private static Operation of(JsonNode connector, JsonNode own) {
        Function<String, @Nullable String> text = member -> own.has(member) ? own.path(member).asString()
                : connector.has(member) ? connector.path(member).asString() : null;
        ObjectNode params = JSON.createObjectNode();
        String use = own.toString();
        connector.path("params").properties().stream().filter(param -> use.contains("{" + param.getKey() + "}"))
                .forEach(param -> params.set(param.getKey(), param.getValue()));
        own.path("params").properties().forEach(param -> params.set(param.getKey(), param.getValue()));
        String name = own.path("name").asString();
        String connectorName = own.path("connector").asString(name.replaceFirst("[._].*", ""));
        return new Operation(name, connectorName, own.path("description").asString(), own.path("summary").asString(), own.path("target").asString(),
                own.path("method").asString(), connector.path("base").asString(""), own.path("path").asString(),
                Objects.requireNonNull(text.apply("secret")), text.apply("auth"), text.apply("username"), text.apply("hosts"),
                own.path("form").asBoolean(false), connector.path("headers"), params, own.path("required"), own.get("body"), text.apply("ok"), own.get("sight"),
                connector.path("settings").valueStream().map(JsonNode::asString).toList(),
                "idempotent".equals(text.apply("class")) ? ExecutionClass.IDEMPOTENT : ExecutionClass.ONCE);
    }

    private Operation called(String other) {
        return new Operation(other, connector, description, summary, target, method, base, path, secret, auth, username, hosts, form, headers, params,
                required, body, ok, sight, settings, executionClass);
    }

    /** A text with its places filled; what is absent is empty. */
    static String filled(String template, Function<String, @Nullable JsonNode> values, boolean inAddress) {
        Matcher places = PLACE.matcher(template);
        return places.replaceAll(place -> {
            JsonNode value = values.apply(place.group(1));
            String text = value == null ? "" : value.isString() ? value.asString() : value.toString();
            return Matcher.quoteReplacement(inAddress ? URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20") : text);
        });
    }

    /** A body with its places filled; null for what is absent. */
    static @Nullable JsonNode filled(JsonNode template, Function<String, @Nullable JsonNode> values) {
        return switch (template) {
            case ObjectNode object -> {
                ObjectNode copy = JSON.createObjectNode();
                object.properties().forEach(member -> {
                    JsonNode value = filled(member.getValue(), values);
                    if (value != null) {
                        copy.set(member.getKey(), value);
                    }
                });
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JSON.createArrayNode();
                array.forEach(item -> {
                    JsonNode value = filled(item, values);
                    if (value != null) {
                        copy.add(value);
                    }
                });
                yield copy;
            }
            default -> {
                Matcher whole = PLACE.matcher(template.isString() ? template.asString() : "");
                yield whole.matches() ? values.apply(whole.group(1)) : template;
            }
        };
    }
}
