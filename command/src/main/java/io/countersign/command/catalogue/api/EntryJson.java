package io.countersign.command.catalogue.api;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.EntryDefinition.Param;
import io.countersign.command.principal.api.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Entries as JSON: the members of the older {@code actions.json}, and ours. A fault names the entry and the member. */
public final class EntryJson {

    /** The members an entry may have, beside its name. */
    public static final Set<String> MEMBERS = Set.of("description", "action_type", "tier", "scope", "approval", "required_role", "params", "schema",
            "config", "delay_seconds", "timeout_ms", "rate_limit_per_minute", "reversible", "enabled", "agents");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private EntryJson() {}

    /**
     * Reads a list of entries, each with its {@code name}.
     *
     * @param types what an entry that names no scope takes from its type
     * @throws Refused {@code validation_error} that names every bad entry
     */
    public static Map<String, EntryDefinition> readAll(JsonNode list, Function<String, Optional<ActionType>> types) {
        List<ParameterFault> faults = new ArrayList<>();
        Map<String, EntryDefinition> entries = new LinkedHashMap<>();
        if (!list.isArray()) {
            faults.add(new ParameterFault("actions", "must be a list of entries"));
        }
        int number = 0;
        for (JsonNode entry : list.isArray() ? list : JSON.createArrayNode()) {
            String name = entry.path("name").asString("");
            String place = name.isEmpty() ? "entry " + number : name;
            Reader reader = new Reader(entry, place + ": ", faults);
            EntryDefinition definition = reader.definition(types, true);
            if (name.isEmpty()) {
                faults.add(new ParameterFault(place + ": name", "is required"));
            } else if (entries.put(name, definition) != null) {
                faults.add(new ParameterFault(place + ": name", "stands twice"));
            }
            number++;
        }
        return told(entries, faults);
    }

    /** Reads one entry without its name. */
    public static EntryDefinition read(JsonNode entry, Function<String, Optional<ActionType>> types) {
        List<ParameterFault> faults = new ArrayList<>();
        return told(new Reader(entry, "", faults).definition(types, false), faults);
    }

    private static <T> T told(T read, List<ParameterFault> faults) {
        if (!faults.isEmpty()) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The catalogue stays as it is: " + faults.getFirst().field() + " "
                    + faults.getFirst().message() + ".", Map.of("details", faults.stream().limit(20).toList()));
        }
        return read;
    }

    /** Writes an entry as {@link #readAll} reads it; what is as it would be anyway is left out. */
    public static ObjectNode write(Entry entry) {
        EntryDefinition it = entry.definition();
        ObjectNode json = JSON.createObjectNode().put("name", entry.name()).put("description", it.description()).put("tier", it.tier().wire());
        if (it.type() != null) {
            json.put("action_type", it.type());
        }
        json.put("scope", it.scope());
        if (it.approval() != null) {
            json.put("approval", it.approval().wire());
        }
        if (it.requiredRole() != null) {
            json.put("required_role", it.requiredRole().name().toLowerCase(Locale.ROOT));
        }
        if (!it.config().isEmpty()) {
            ObjectNode config = json.putObject("config");
            new TreeMap<>(it.config()).forEach(config::put);
        }
        if (!it.params().isEmpty()) {
            var params = json.putArray("params");
            it.params().forEach(param -> {
                ObjectNode one = params.addObject().put("name", param.name());
                if (param.description() != null) {
                    one.put("description", param.description());
                }
                one.put("required", param.required());
            });
        }
        if (it.schema() != null) {
            json.set("schema", JSON.readTree(it.schema()));
        }
        if (it.delaySeconds() != EntryDefinition.DEFAULT_DELAY_SECONDS) {
            json.put("delay_seconds", it.delaySeconds());
        }
        if (it.timeoutMillis() != null) {
            json.put("timeout_ms", it.timeoutMillis());
        }
        if (it.ratePerMinute() != null) {
            json.put("rate_limit_per_minute", it.ratePerMinute());
        }
        json.put("reversible", it.reversible()).put("enabled", it.enabled());
        if (it.agents() != null) {
            var agents = json.putArray("agents");
            it.agents().forEach(agents::add);
        }
        return json;
    }

    private record Reader(JsonNode entry, String place, List<ParameterFault> faults) {

        EntryDefinition definition(Function<String, Optional<ActionType>> types, boolean named) {
            if (!entry.isObject()) {
                fault("", "must be an object");
                return new EntryDefinition("", null, Tier.BLOCKED, "internal", null, null, List.of(), null, Map.of(),
                        EntryDefinition.DEFAULT_DELAY_SECONDS, null, null, false, false, List.of());
            }
            entry.propertyNames().stream().filter(member -> !MEMBERS.contains(member) && !(named && member.equals("name"))).limit(20)
                    .forEach(member -> fault(member.length() <= 60 ? member : member.substring(0, 60), "is not known here"));
            String type = text("action_type");
            Optional<ActionType> known = type == null ? Optional.empty() : types.apply(type);
            String tier = text("tier");
            Tier inForce = tier == null ? type == null ? Tier.STAGED : known.map(ActionType::defaultTier).orElse(Tier.STAGED)
                    : Tier.of(tier).orElseGet(() -> fault("tier", "must be immediate, delayed, staged or blocked", Tier.BLOCKED));
            String scope = text("scope");
            Integer delay = whole("delay_seconds");
            JsonNode schema = entry.path("schema");
            Boolean reversible = flag("reversible");
            return new EntryDefinition(or(text("description"), ""), type, inForce,
                    scope != null ? scope : known.map(ActionType::scope).orElse("internal"), mode(), role(), params(),
                    schema.isMissingNode() || schema.isNull() ? null : schema.toString(), config(),
                    delay == null ? EntryDefinition.DEFAULT_DELAY_SECONDS : delay, longOrNull(whole("timeout_ms")), whole("rate_limit_per_minute"),
                    reversible != null ? reversible : known.map(ActionType::reversible).orElse(false), or(flag("enabled"), true), agents());
        }

        private @Nullable ApprovalMode mode() {
            String mode = text("approval");
            return mode == null ? null : Arrays.stream(ApprovalMode.values()).filter(one -> one.wire().equals(mode)).findFirst()
                    .orElseGet(() -> fault("approval", "must be auto, manual or admin-only", ApprovalMode.ADMIN_ONLY));
        }

        private @Nullable Role role() {
            String role = text("required_role");
            return role == null ? null : Arrays.stream(Role.values()).filter(one -> one.name().equalsIgnoreCase(role)).findFirst()
                    .orElseGet(() -> fault("required_role", "must be viewer, analyst, admin or owner", Role.OWNER));
        }

        private List<Param> params() {
            List<Param> params = new ArrayList<>();
            JsonNode list = entry.path("params");
            if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
                fault("params", "must be a list");
            }
            for (JsonNode param : list.isArray() ? list : JSON.createArrayNode()) {
                boolean sound = param.isObject() && param.path("name").isString()
                        && (!param.has("required") || param.path("required").isBoolean())
                        && (!param.hasNonNull("description") || param.path("description").isString())
                        && Set.of("name", "description", "required").containsAll(param.propertyNames());
                if (sound) {
                    params.add(new Param(param.path("name").asString(), param.hasNonNull("description") ? param.path("description").asString() : null,
                            param.path("required").asBoolean(false)));
                } else {
                    fault("params", "must hold objects with a name, and perhaps description and required");
                }
            }
            return List.copyOf(params);
        }

        private Map<String, String> config() {
            Map<String, String> config = new TreeMap<>();
            JsonNode object = entry.path("config");
            if (!object.isMissingNode() && !object.isNull() && !object.isObject()) {
                fault("config", "must be an object");
            }
            object.properties().forEach(property -> config.put(property.getKey(),
                    property.getValue().isString() ? property.getValue().asString() : property.getValue().toString()));
            return config;
        }

        private @Nullable List<String> agents() {
            JsonNode list = entry.path("agents");
            if (list.isMissingNode() || list.isNull() || list.isString() && list.asString().equals("all")) {
                return null;
            }
            if (!list.isArray() || !list.valueStream().allMatch(JsonNode::isString)) {
                return fault("agents", "must be \"all\" or a list of ids of agents", List.of());
            }
            return list.valueStream().map(JsonNode::asString).distinct().toList();
        }

        private @Nullable String text(String member) {
            JsonNode value = entry.path(member);
            return value.isMissingNode() || value.isNull() ? null : value.isString() ? value.asString() : fault(member, "must be a string", null);
        }

        private @Nullable Boolean flag(String member) {
            JsonNode value = entry.path(member);
            return value.isMissingNode() || value.isNull() ? null : value.isBoolean() ? (Boolean) value.asBoolean()
                    : fault(member, "must be true or false", null);
        }

        private @Nullable Integer whole(String member) {
            JsonNode value = entry.path(member);
            return value.isMissingNode() || value.isNull() ? null : value.isInt() ? (Integer) value.asInt()
                    : fault(member, "must be a whole number", null);
        }

        private static @Nullable Long longOrNull(@Nullable Integer value) {
            return value == null ? null : Long.valueOf(value);
        }

        private static <T> T or(@Nullable T value, T otherwise) {
            return value == null ? otherwise : value;
        }

        private void fault(String member, String message) {
            fault(member, message, null);
        }

        private <T extends @Nullable Object> T fault(String member, String message, T instead) {
            faults.add(new ParameterFault(place + member, message));
            return instead;
        }
    }
}
