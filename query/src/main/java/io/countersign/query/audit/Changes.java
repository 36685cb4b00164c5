package io.countersign.query.audit;

import io.countersign.command.store.api.EventReader.Stored;
import io.countersign.query.audit.api.AuditEntry.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each event of a stream of configuration changed: the values that stand otherwise in it than in the events before it. */
final class Changes {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern SECRET = Pattern.compile("(?i).*(secret|password|hash|digest|boxid|token).*");
    private static final int MOST = 50;
    private static final int LONGEST = 200;

    private Changes() {}

    /** By the index of the event; events that changed nothing that can be named are absent. */
    static Map<Long, List<Change>> of(List<Stored> stream) {
        Map<Long, List<Change>> all = new HashMap<>();
        Map<String, String> known = new HashMap<>();
        for (Stored stored : stream) {
            Map<String, String> values = new LinkedHashMap<>();
            JsonNode event = JSON.readTree(stored.json());
            event.properties().stream().filter(field -> !isAddress(field.getKey(), field.getValue(), stored))
                    .forEach(field -> flatten(field.getKey(), field.getValue(), values));
            List<Change> changes = event.has("from") && event.has("to") && event.path("from").isString()
                    ? List.of(new Change(subject(stored.name()), event.path("from").asString(), event.path("to").asString()))
                    : compared(known, values);
            if (!changes.isEmpty()) {
                all.put(stored.index(), changes);
            }
            known.putAll(values);
        }
        return all;
    }

    private static List<Change> compared(Map<String, String> known, Map<String, String> values) {
        List<Change> changes = new ArrayList<>();
        values.forEach((key, value) -> {
            if (!Objects.equals(known.get(key), value) || value.equals("(secret)") || value.equals("(sealed)")) {
                changes.add(new Change(key, known.get(key), value));
            }
        });
        // What stood below one of the parts said anew, and is not said again, is gone.
        values.keySet().stream().map(Changes::root).distinct().forEach(root -> known.keySet().stream()
                .filter(key -> root(key).equals(root) && !key.equals(root) && !values.containsKey(key)).sorted()
                .forEach(gone -> changes.add(new Change(gone, known.get(gone), null))));
        return changes.size() > MOST ? List.copyOf(changes.subList(0, MOST)) : List.copyOf(changes);
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
