package io.countersign.web.admin;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Parameters to begin with, from a JSON Schema: what it gives as an example or a default, else something of the right shape to write over. */
final class Examples {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEPEST = 4;

    private Examples() {}

    /** An object with all that the schema requires, laid out for reading. */
    static String of(String schema) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(object(JSON.readTree(schema), 0));
    }

    private static ObjectNode object(JsonNode schema, int depth) {
        var object = NODES.objectNode();
        schema.path("required").forEach(name -> object.set(name.asString(""),
                value(name.asString(""), schema.path("properties").path(name.asString("")), depth + 1)));
        return object;
    }

    private static JsonNode value(String name, JsonNode schema, int depth) {
        if (schema.path("examples").isArray() && !schema.path("examples").isEmpty()) {
            return schema.path("examples").get(0);
        }
        for (var given : new String[] {"const", "default"}) {
            if (schema.has(given)) {
                return schema.path(given);
            }
        }
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return schema.path("enum").get(0);
        }
        for (var choice : new String[] {"anyOf", "oneOf"}) {
            if (schema.path(choice).isArray() && !schema.path(choice).isEmpty()) {
                return value(name, schema.path(choice).get(0), depth);
            }
        }
        var type = schema.path("type").isArray() ? schema.path("type").path(0).asString("") : schema.path("type").asString("string");
        return switch (depth > DEEPEST ? "string" : type) {
            case "object" -> object(schema, depth);
            case "array" -> schema.path("minItems").asInt(0) > 0 ? NODES.arrayNode().add(value(name, schema.path("items"), depth + 1))
                    : NODES.arrayNode();
            case "integer", "number" -> NODES.numberNode(schema.path("minimum").asLong(1));
            case "boolean" -> NODES.booleanNode(false);
            default -> NODES.stringNode(text(name));
        };
    }

    /** Names that mean the same nearly everywhere. */
    private static String text(String name) {
        return switch (name) {
            case "to", "email", "recipient" -> "ann@example.com";
            case "url" -> "https://example.com/";
            case "currency" -> "EUR";
            case "sql" -> "select 1";
            case "path", "cwd" -> "/tmp/example";
            case "argv" -> "date";
            default -> name;
        };
    }
}
