package io.countersign.query.audit;

import io.countersign.command.budget.api.AllowanceEvent.BudgetLifted;
import io.countersign.command.catalogue.api.CatalogueEvent;
import io.countersign.command.catalogue.api.CatalogueEvent.EntryRemoved;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchReleased;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchThrown;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleRemoved;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleSet;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleTripped;
import io.countersign.command.principal.api.PrincipalEvent.KeyIssued;
import io.countersign.command.principal.api.PrincipalEvent.KeyRevoked;
import io.countersign.command.store.api.EventReader.Stored;
import io.countersign.command.vault.api.VaultEvent;
import io.countersign.command.vault.api.VaultEvent.SecretRemoved;
import io.countersign.command.vault.api.VaultEvent.SecretUnbound;
import io.countersign.query.audit.api.AuditEntry.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What each event of a stream of configuration changed: the values that stand otherwise in it than in the events before it that are about the same
 * thing. The stream of a catalogue, a vault or a switchboard is about many.
 */
final class Changes {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern SECRET = Pattern.compile("(?i).*(secret|password|hash|digest|boxid|token).*");
    private static final int MOST = 50;
    private static final int LONGEST = 200;

    private Changes() {}

    /** By the index of the event; events that changed nothing that can be named are absent. */
    static Map<Long, List<Change>> of(List<Stored> stream) {
        Map<Long, List<Change>> all = new HashMap<>();
        Map<String, Map<String, String>> things = new HashMap<>();
        for (Stored stored : stream) {
            if (stored.payload() instanceof MonitoringRuleTripped) {
                continue; // it tells of a rule and changes none
            }
            Map<String, String> known = things.computeIfAbsent(thing(stored.payload()), thing -> new HashMap<>());
            Map<String, String> values = new LinkedHashMap<>();
            JsonNode event = JSON.readTree(stored.json());
            event.properties().stream().filter(field -> !isAddress(field.getKey(), field.getValue(), stored))
                    .forEach(field -> flatten(field.getKey(), field.getValue(), values));
            List<Change> changes = event.has("from") && event.has("to") && event.path("from").isString()
                    ? List.of(new Change(subject(stored.name()), event.path("from").asString(), event.path("to").asString()))
                    : compared(known, values, ended(stored.payload()));
            if (!changes.isEmpty()) {
                all.put(stored.index(), changes.size() > MOST ? List.copyOf(changes.subList(0, MOST)) : List.copyOf(changes));
            }
            changes.stream().filter(change -> change.after() == null).forEach(gone -> known.remove(gone.key()));
            known.putAll(values);
        }
        return all;
    }

    /** What an event is about, within its stream. */
    private static String thing(Object event) {
        return switch (event) {
            case CatalogueEvent e -> e.name();
            case VaultEvent e -> e.name();
            case SwitchThrown e -> KillSwitch.nameOf(e.scope(), e.subject());
            case SwitchReleased e -> KillSwitch.nameOf(e.scope(), e.subject());
            case MonitoringRuleSet e -> e.rule().name();
            case MonitoringRuleRemoved e -> e.name();
            case KeyIssued e -> e.keyId();
            case KeyRevoked e -> e.keyId();
            default -> "";
        };
    }

    /** The parts that hold no longer after an event, without being named in it. */
    private static Set<String> ended(Object event) {
        return switch (event) {
            case EntryRemoved e -> Set.of("definition");
            case SecretRemoved e -> Set.of("boxId", "binding");
            case SecretUnbound e -> Set.of("binding");
            case MonitoringRuleRemoved e -> Set.of("rule");
            case BudgetLifted e -> Set.of("budget");
            case SwitchThrown e -> Set.of("releasedBy");
            case SwitchReleased e -> Set.of("thrownBy");
            case KeyRevoked e -> Set.of("secretHash", "expiresAt", "scope");
            default -> Set.of();
        };
    }

    private static List<Change> compared(Map<String, String> known, Map<String, String> values, Set<String> ended) {
        List<Change> changes = new ArrayList<>();
        values.forEach((key, value) -> {
            if (!Objects.equals(known.get(key), value) || value.equals("(secret)") || value.equals("(sealed)")) {
                changes.add(new Change(key, known.get(key), value));
            }
        });
        // What stood below one of the parts said anew, and is not said again, is gone.
        Set<String> anew = values.keySet().stream().map(Changes::root).collect(Collectors.toSet());
        known.keySet().stream().filter(key -> !values.containsKey(key))
                .filter(key -> ended.contains(root(key)) || anew.contains(root(key)) && !key.equals(root(key))).sorted()
                .forEach(gone -> changes.add(new Change(gone, known.get(gone), null)));
        return changes;
    }

    private static String root(String key) {
        int end = key.indexOf('.');
        int list = key.indexOf('[');
        return end < 0 && list < 0 ? key : key.substring(0, Math.min(end < 0 ? key.length() : end, list < 0 ? key.length() : list));
    }

    /** What only says where it stands. */
    private static boolean isAddress(String key, JsonNode value, Stored stored) {
        return key.equals("workspace") || value.isString() && value.asString().equals(stored.aggregateId());
    }

    private static void flatten(String key, JsonNode value, Map<String, String> values) {
        if (value.isObject() && value.has("box") && value.has("key")) {
            values.put(key, "(sealed)");
        } else if (value.isObject()) {
            value.properties().forEach(field -> flatten(key + "." + field.getKey(), field.getValue(), values));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                flatten(key + "[" + i + "]", value.get(i), values);
            }
        } else if (!value.isNull()) {
            values.put(key, SECRET.matcher(key).matches() ? "(secret)" : shortened(value.asString("")));
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "\u2026";
    }

    private static String subject(@Nullable String event) {
        return event != null && event.contains("role") ? "role" : "value";
    }
}
