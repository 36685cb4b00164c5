package io.countersign.bootstrap;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.principal.api.Role;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.settings.api.ActionSettings.Entry;
import io.countersign.command.settings.api.EffectiveSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads {@code countersign.yml}: under {@code actions} the {@code defaults} and one entry for each action type, under {@code queue} the gates.
 * Keys of an entry that are not known here are left to the action type.
 */
final class ActionFile {

    static final String NAME = "countersign.yml";

    private static final Set<String> GATES = Set.of("require_commit_approval", "require_rollback_approval");
    private static final Map<String, Role> ROLES = Map.of("viewer", Role.VIEWER, "analyst", Role.ANALYST, "member", Role.ANALYST,
            "admin", Role.ADMIN, "owner", Role.OWNER, "platform_admin", Role.OWNER);

    private final List<String> faults = new ArrayList<>();
    private final List<EffectiveSetting> sources = new ArrayList<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Set<String> gates = new LinkedHashSet<>();

    private ActionFile() {}

    /** Reads the file in this folder; nothing is set when there is none. */
    static ActionFile in(Path folder) {
        ActionFile read = new ActionFile();
        Path file = folder.resolve(NAME);
        if (Files.exists(file)) {
            try {
                read.document(new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file)));
            } catch (IOException unreadable) {
                read.faults.add(file + " cannot be read. Make it a text file in UTF-8 that the service may read, or remove it.");
            } catch (YAMLException malformed) {
                read.faults.add(file + " is not YAML. Correct it: " + malformed.getMessage().lines().findFirst().orElse("") + ".");
            }
        }
        return read;
    }

    /** One sentence for each value that is not valid. */
    List<String> faults() {
        return faults;
    }

    /** What the file sets, in its order. */
    List<EffectiveSetting> sources() {
        return sources;
    }

    /** The gates that it puts up. */
    Set<String> gates() {
        return gates;
    }

    /** The entry of the defaults. */
    Entry defaults() {
        return entries.getOrDefault("defaults", ActionSettings.NONE);
    }

    /** The entries of the types. */
    Map<String, Entry> types() {
        Map<String, Entry> types = new LinkedHashMap<>(entries);
        types.remove("defaults");
        return types;
    }

    private void document(@Nullable Object document) {
        map("The file", document).forEach((key, value) -> {
            if (key.equals("actions")) {
                map("actions", value).forEach(this::entry);
            } else if (key.equals("queue")) {
                map("queue", value).forEach(this::gate);
            } else {
                faults.add(NAME + " has the unknown key \"" + key + "\". Put settings of actions under \"actions\".");
            }
        });
    }

    private void gate(String name, @Nullable Object value) {
        if (!GATES.contains(name) || !(value instanceof Boolean shut)) {
            faults.add(NAME + ": queue." + name + " is \"" + value + "\". Set require_commit_approval and require_rollback_approval to true or false; "
                    + "nothing else belongs there.");
            return;
        }
        sources.add(new EffectiveSetting("queue." + name, String.valueOf(value), "file"));
        if (shut) {
            gates.add(name);
        }
    }

    private void entry(String type, @Nullable Object value) {
        String place = type.equals("defaults") ? "actions.defaults" : "actions.\"" + type + "\"";
        if (!type.equals("defaults") && !type.matches("[a-z0-9_.-]+:[a-z0-9_.-]+")) {
            faults.add(NAME + ": " + place + " is not the name of an action type. Write it as connector:operation, such as \"email:send\".");
            return;
        }
        Map<String, @Nullable Object> keys = map(place, value);
        entries.put(type, new Entry(
                read(place, keys, "enabled", "true or false", raw -> raw instanceof Boolean on ? on : null),
                read(place, keys, "approval", "auto, manual or admin-only", ActionFile::mode),
                read(place, keys, "requiredRole", "viewer, analyst, admin or owner",
                        raw -> raw instanceof String role ? ROLES.get(role.toLowerCase(Locale.ROOT)) : null),
                read(place, keys, "timeout", "a number of milliseconds from 1 to 86400000", raw -> whole(raw, 86_400_000L)),
                read(place, keys, "rateLimit", "a number of actions a minute from 1 to 1000000", ActionFile::small),
                read(place, keys, "maxPerConversation", "a number of actions from 1 to 1000000", ActionFile::small)));
    }

    private <T> @Nullable T read(String place, Map<String, @Nullable Object> keys, String key, String wanted,
            Function<Object, @Nullable T> reader) {
        Object raw = keys.get(key);
        if (raw == null) {
            return null;
        }
        T value = reader.apply(raw);
        if (value == null) {
            faults.add(NAME + ": " + place + "." + key + " is \"" + raw + "\". Set it to " + wanted + ".");
        } else {
            sources.add(new EffectiveSetting(place + "." + key, String.valueOf(raw), "file"));
        }
        return value;
    }

    private Map<String, @Nullable Object> map(String place, @Nullable Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, entry) -> copy.put(String.valueOf(key), entry));
        } else if (value != null) {
            faults.add(NAME + ": " + place + " must hold keys and values.");
        }
        return copy;
    }

    static @Nullable ApprovalMode mode(Object raw) {
        return Optional.of(raw).map(String::valueOf).flatMap(text -> Arrays.stream(ApprovalMode.values())
                .filter(mode -> mode.wire().equals(text)).findFirst()).orElse(null);
    }

    private static @Nullable Integer small(Object raw) {
        Long value = whole(raw, 1_000_000L);
        return value == null ? null : value.intValue();
    }

    private static @Nullable Long whole(Object raw, long most) {
        return (raw instanceof Integer || raw instanceof Long) && raw instanceof Number number && number.longValue() >= 1
                && number.longValue() <= most ? (Long) number.longValue() : null;
    }
}
