package io.countersign.command.catalogue;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.catalogue.api.EntryDefinition;
import io.countersign.command.catalogue.api.EntryDefinition.Param;
import io.countersign.command.catalogue.api.Money;
import io.countersign.command.catalogue.api.Tier;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An action type as an entry of the catalogue offers it. What a call may carry is what the entry names, or else what the type takes and the
 * entry does not fix; {@link #effective} puts both together. Everything else is asked with effective parameters.
 */
final class Offered implements ActionType {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int LONGEST_TEXT = 16_384;

    private final Entry entry;
    private final @Nullable ActionType type;
    private final String schema;

    private Offered(Entry entry, @Nullable ActionType type) {
        this.entry = entry;
        this.type = type;
        this.schema = JSON.writeValueAsString(schema(entry.definition(), type));
    }

    /** Empty when the entry offers a type that is not there. */
    static Optional<Offered> of(Entry entry, Map<String, ActionType> types) {
        String wanted = entry.definition().type();
        return wanted == null ? Optional.of(new Offered(entry, null)) : Optional.ofNullable(types.get(wanted)).map(type -> new Offered(entry, type));
    }

    // ---- what a call may carry ----

    /** Names of the parameters of a type. */
    static Set<String> properties(ActionType type) {
        Set<String> names = new HashSet<>();
        JSON.readTree(type.parametersSchema()).path("properties").properties().forEach(property -> names.add(property.getKey()));
        return names;
    }

    static boolean isClosedObject(String schema) {
        try {
            JsonNode node = JSON.readTree(schema);
            return node.isObject() && node.path("type").asString("").equals("object") && node.path("additionalProperties").isBoolean()
                    && !node.path("additionalProperties").booleanValue() && node.findValues("$ref").stream()
                    .allMatch(reference -> reference.asString("").startsWith("#"));
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private static JsonNode schema(EntryDefinition entry, @Nullable ActionType type) {
        if (entry.schema() != null) {
            return JSON.readTree(entry.schema());
        }
        if (!entry.params().isEmpty() || type == null) {
            return simple(entry.params());
        }
        ObjectNode own = (ObjectNode) JSON.readTree(type.parametersSchema());
        if (own.path("properties") instanceof ObjectNode properties) {
            entry.config().keySet().forEach(properties::remove);
        }
        var required = JSON.createArrayNode();
        own.path("required").forEach(name -> {
            if (!entry.config().containsKey(name.asString())) {
                required.add(name);
            }
        });
        own.set("required", required);
        return own;
    }

    private static ObjectNode simple(List<Param> params) {
        ObjectNode schema = JSON.createObjectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        var required = schema.putArray("required");
        for (Param param : params) {
            ObjectNode property = properties.putObject(param.name()).put("type", "string").put("maxLength", LONGEST_TEXT);
            if (param.description() != null) {
                property.put("description", param.description());
            }
            if (param.required()) {
                required.add(param.name());
            }
        }
        return schema.put("additionalProperties", false);
    }

    @Override
    public JsonNode effective(JsonNode params) {
        if (type == null) {
            return params;
        }
        ObjectNode all = JSON.createObjectNode();
        JsonNode known = JSON.readTree(type.parametersSchema()).path("properties");
        new TreeMap<>(entry.definition().config()).forEach((key, value) -> {
            if (known.has(key)) {
                all.set(key, fixed(known.path(key), value));
            }
        });
        if (entry.definition().namesParameters() && !type.collects().isEmpty() && !all.has(type.collects())) {
            all.set(type.collects(), params);
        } else {
            params.properties().forEach(param -> all.set(param.getKey(), param.getValue()));
        }
        return type.complete(all, entry.definition().config());
    }

    /** Config is text; where the type takes something else, the text is JSON. */
    private static JsonNode fixed(JsonNode property, String value) {
        String wanted = property.path("type").asString("string");
        if (!wanted.equals("string")) {
            try {
                return JSON.readTree(value);
            } catch (JacksonException notJson) {
                // it stays text, and the type finds it wrong
            }
        }
        return JSON.getNodeFactory().stringNode(value);
    }

    /** The type behind the entry; empty when somebody outside acts. */
    Optional<ActionType> behind() {
        return Optional.ofNullable(type);
    }

    // ---- as a type ----

    @Override
    public Optional<Entry> entry() {
        return Optional.of(entry);
    }

    @Override
    public String name() {
        return type == null ? entry.name() : type.name();
    }

    @Override
    public String description() {
        return entry.definition().description().isBlank() && type != null ? type.description() : entry.definition().description();
    }

    @Override
    public String parametersSchema() {
        return schema;
    }

    @Override
    public ApprovalMode defaultMode() {
        return entry.definition().tier() == Tier.STAGED ? ApprovalMode.MANUAL : ApprovalMode.AUTO;
    }

    @Override
    public Tier defaultTier() {
        return entry.definition().tier();
    }

    @Override
    public Duration delay() {
        return entry.definition().tier() == Tier.DELAYED ? Duration.ofSeconds(entry.definition().delaySeconds()) : Duration.ZERO;
    }

    @Override
    public Optional<String> fingerprint(String workspace, JsonNode params) {
        return type == null ? Optional.empty() : type.fingerprint(workspace, params);
    }

    @Override
    public Optional<Money> money(JsonNode params) {
        return type == null ? Optional.empty() : type.money(params);
    }

    @Override
    public Optional<String> host(JsonNode params) {
        return type == null ? Optional.empty() : type.host(params);
    }

    @Override
    public OptionalInt callsPerMinute() {
        return type == null ? OptionalInt.empty() : type.callsPerMinute();
    }

    @Override
    public List<String> commandLine(JsonNode params) {
        return type == null ? List.of() : type.commandLine(params);
    }

    @Override
    public String scope() {
        return entry.definition().scope();
    }

    @Override
    public boolean reversible() {
        return entry.definition().reversible() && type != null && type.reversible();
    }

    @Override
    public ExecutionClass executionClass() {
        return type == null ? ExecutionClass.ONCE : type.executionClass();
    }

    @Override
    public Execution execution() {
        return type == null ? Execution.EXTERNAL : type.execution();
    }

    @Override
    public List<String> requiredCredentials() {
        return type == null ? List.of() : type.requiredCredentials();
    }

    @Override
    public List<String> usualSecrets() {
        return type == null ? List.of() : type.usualSecrets();
    }

    @Override
    public Description describe(JsonNode params) {
        if (type == null) {
            return new Description(entry.name() + ", done by a worker outside", "a worker outside");
        }
        Description own = type.describe(params);
        String summary = entry.name().equals(type.name()) ? own.summary() : entry.name() + ": " + own.summary();
        return new Description(summary.length() <= 300 ? summary : summary.substring(0, 300), own.target());
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        if (entry.definition().tier() == Tier.BLOCKED) {
            return Optional.of(new Block("tier_blocked", "The catalogue blocks " + entry.name() + "."));
        }
        return type == null ? Optional.empty() : type.gate(params, facts);
    }

    @Override
    public String connector() {
        return type == null ? "external" : type.connector();
    }

    @Override
    public String operation() {
        return type == null ? entry.name() : type.operation();
    }
}
