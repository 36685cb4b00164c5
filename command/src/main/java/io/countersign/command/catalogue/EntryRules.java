package io.countersign.command.catalogue;

import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.EntryDefinition;
import io.countersign.command.catalogue.api.EntryDefinition.Param;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** What makes an entry sound. */
@Component
class EntryRules {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}");
    private static final Pattern PARAM = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");
    private static final Pattern SECRET_NAME = Pattern.compile("[A-Za-z0-9_]{1,100}");
    private static final String SECRET = "vault_key";
    private static final Set<String> RESERVED = Set.of("built-in", "import", "export", "types");

    private final Map<String, ActionType> types;
    private final Principals principals;

    EntryRules(List<ActionType> types, Principals principals) {
        this.types = types.stream().collect(Collectors.toMap(ActionType::name, type -> type, (one, other) -> one, TreeMap::new));
        this.principals = principals;
    }

    /** What is wrong, by field; empty for a sound entry. */
    List<ParameterFault> faults(String workspace, String name, EntryDefinition entry) {
        List<ParameterFault> faults = new ArrayList<>();
        note(faults, NAME.matcher(name).matches() && !RESERVED.contains(name), "name",
                "must be made of letters, digits, _ . : -, begin with a letter or digit, and have at most 200");
        note(faults, entry.description().length() <= 1_000, "description", "must have at most 1,000 characters");
        note(faults, Set.of("internal", "external").contains(entry.scope()), "scope", "must be internal or external");
        note(faults, entry.delaySeconds() >= 1 && entry.delaySeconds() <= 86_400, "delay_seconds", "must be 1 to 86400");
        note(faults, entry.timeoutMillis() == null || entry.timeoutMillis() >= 1 && entry.timeoutMillis() <= 86_400_000, "timeout_ms",
                "must be 1 to 86400000");
        note(faults, entry.ratePerMinute() == null || entry.ratePerMinute() >= 1 && entry.ratePerMinute() <= 1_000_000, "rate_limit_per_minute",
                "must be 1 to 1000000");
        params(faults, entry);
        agents(faults, workspace, entry);
        ActionType type = entry.type() == null ? null : types.get(entry.type());
        if (entry.type() == null) {
            note(faults, entry.config().isEmpty(), "config", "must be empty where nobody here acts");
            note(faults, !entry.reversible(), "reversible", "must be false: what is done outside cannot be undone from here");
        } else if (type == null) {
            note(faults, false, "action_type", "is unknown. Known are " + String.join(", ", types.keySet()));
        } else {
            note(faults, !entry.reversible() || type.reversible(), "reversible", "must be false: " + type.name() + " has no way back");
            config(faults, type, entry);
        }
        return faults;
    }

    private static void params(List<ParameterFault> faults, EntryDefinition entry) {
        Set<String> names = new HashSet<>();
        for (Param param : entry.params()) {
            note(faults, PARAM.matcher(param.name()).matches(), "params", "must have plain names, unlike \"" + param.name() + "\"");
            note(faults, names.add(param.name()), "params", "must name " + param.name() + " once");
            note(faults, !entry.config().containsKey(param.name()), "params", "must not name " + param.name() + ": config fixes it");
        }
        note(faults, entry.params().size() <= 100, "params", "must be at most 100");
        note(faults, entry.params().isEmpty() || entry.schema() == null, "schema", "must be absent where params are given");
        if (entry.schema() != null) {
            note(faults, Offered.isClosedObject(entry.schema()), "schema",
                    "must be a JSON Schema of an object with additionalProperties false, without references to elsewhere");
        }
    }

    private void agents(List<ParameterFault> faults, String workspace, EntryDefinition entry) {
        if (entry.agents() != null) {
            entry.agents().stream().filter(id -> principals.byId(id).filter(Principal.Agent.class::isInstance)
                    .filter(agent -> agent.workspace().equals(workspace)).isEmpty())
                    .forEach(id -> note(faults, false, "agents", "must be ids of agents of this workspace, unlike \"" + id + "\""));
        }
    }

    private static void config(List<ParameterFault> faults, ActionType type, EntryDefinition entry) {
        Set<String> properties = Offered.properties(type);
        entry.config().forEach((key, value) -> {
            note(faults, properties.contains(key) || type.settings().contains(key), "config." + key, "is neither a parameter nor a setting of "
                    + type.name());
            note(faults, value.length() <= 8_192, "config." + key, "must have at most 8,192 characters");
            note(faults, !key.endsWith(SECRET) || SECRET_NAME.matcher(value).matches(), "config." + key,
                    "must be the name of a secret in the vault, made of letters, digits and underscores; put the secret itself into the vault");
        });
        type.configFaults(entry.config()).forEach((key, message) -> note(faults, false, "config." + key, message));
    }

    private static void note(List<ParameterFault> faults, boolean fine, String field, String otherwise) {
        if (!fine) {
            faults.add(new ParameterFault(field, otherwise));
        }
    }
}
