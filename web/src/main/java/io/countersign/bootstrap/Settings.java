package io.countersign.bootstrap;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.settings.api.ActionSettings.Entry;
import io.countersign.command.settings.api.ActionSettings.Gates;
import io.countersign.command.settings.api.EffectiveSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All settings as they are in force, checked before anything else begins.
 *
 * @param values by name; fallbacks included, unset ones missing
 * @param actions settings of action types
 * @param sources each value and where it came from, secrets hidden
 */
record Settings(Map<String, String> values, ActionSettings actions, List<EffectiveSetting> sources) {

    /**
     * Reads and checks everything.
     *
     * @param given what the environment says for a name; null or blank when it says nothing
     * @throws InvalidSettings with one sentence for each value that is not valid
     */
    static Settings read(Function<String, @Nullable String> given) {
        Map<String, String> values = new LinkedHashMap<>();
        List<EffectiveSetting> sources = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (KnownSetting setting : KnownSetting.ALL) {
            Optional<String> stated = stated(setting, given, faults);
            stated.flatMap(setting::fault).ifPresent(faults::add);
            String value = stated.or(() -> fallback(setting, given)).orElse(null);
            if (value != null) {
                values.put(setting.name(), value);
            }
            sources.add(new EffectiveSetting(setting.name(), value == null ? null : setting.shown(value),
                    stated.isPresent() ? "environment" : "fallback"));
        }
        boolean demo = "true".equals(values.get("COUNTERSIGN_DEMO"));
        if (!demo && !values.containsKey("COUNTERSIGN_MASTER_KEY")) {
            faults.add("COUNTERSIGN_MASTER_KEY is not set. Set it to 32 random bytes in Base64, as `openssl rand -base64 32` prints them, "
                    + "and keep it: what is stored cannot be read without it. To try Countersign out, set COUNTERSIGN_DEMO=true instead.");
        }
        if (!demo) {
            KnownSetting.ALL.forEach(setting -> Optional.ofNullable(values.get(setting.name()))
                    .filter(value -> setting.fault(value).isEmpty()).flatMap(setting::weakness).ifPresent(faults::add));
        }
        ActionFile file = ActionFile.in(Path.of(values.getOrDefault("COUNTERSIGN_DATA_DIR", "./data")));
        faults.addAll(file.faults());
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        sources.addAll(file.sources());
        return new Settings(values, actions(values, file, sources), sources);
    }

    String get(String name) {
        return Optional.ofNullable(values.get(name)).orElseThrow(() -> new IllegalStateException(name + " has no value"));
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name));
    }

    Path dataFolder() {
        return Path.of(get("COUNTERSIGN_DATA_DIR"));
    }

    boolean demo() {
        return Boolean.parseBoolean(get("COUNTERSIGN_DEMO"));
    }

    private static ActionSettings actions(Map<String, String> values, ActionFile file, List<EffectiveSetting> sources) {
        Entry filed = file.defaults();
        ApprovalMode mode = Optional.ofNullable(values.get("COUNTERSIGN_ACTION_APPROVAL")).map(ActionFile::mode).orElse(filed.approval());
        Long timeout = Optional.ofNullable(values.get("COUNTERSIGN_ACTION_TIMEOUT")).map(Long::valueOf).orElse(filed.timeoutMillis());
        Integer most = Optional.ofNullable(values.get("COUNTERSIGN_ACTION_MAX_PER_CONVERSATION")).map(Integer::valueOf)
                .orElse(filed.maxPerConversation());
        return new ActionSettings(
                new Entry(filed.enabled(), mode, filed.requiredRole(), timeout, filed.rateLimitPerMinute(), most),
                file.types(), KnownSetting.hours(values.get("COUNTERSIGN_APPROVAL_EXPIRY_HOURS")),
                new Gates(gate("COMMIT", values, file), gate("ROLLBACK", values, file)), List.copyOf(sources));
    }

    private static boolean gate(String of, Map<String, String> values, ActionFile file) {
        String name = "REQUIRE_" + of + "_APPROVAL";
        String stated = values.get("COUNTERSIGN_" + name);
        return stated == null ? file.gates().contains(name.toLowerCase(Locale.ROOT)) : Boolean.parseBoolean(stated);
    }

    /** A plain {@code mvn} starts a demo unless the environment says otherwise: a fallback, because a system property would win. */
    private static Optional<String> fallback(KnownSetting setting, Function<String, @Nullable String> given) {
        return present(given.apply(setting.property() + "-default")).or(() -> Optional.ofNullable(setting.fallback()));
    }

    private static Optional<String> stated(KnownSetting setting, Function<String, @Nullable String> given, List<String> faults) {
        Optional<String> direct = present(given.apply(setting.name())).or(() -> present(given.apply(setting.property())));
        Optional<String> file = setting.secret() ? present(given.apply(setting.name() + "_FILE")) : Optional.empty();
        if (direct.isPresent() && file.isPresent()) {
            faults.add("Both " + setting.name() + " and " + setting.name() + "_FILE are set. Set only one of them.");
        }
        if (direct.isEmpty() && file.isPresent()) {
            try {
                return present(Files.readString(Path.of(file.get())));
            } catch (IOException | RuntimeException unreadable) {
                faults.add(setting.name() + "_FILE names a file that cannot be read. Set it to the path of a text file that the service may read.");
                return Optional.empty();
            }
        }
        return direct.or(() -> setting.aliases().stream().flatMap(alias -> present(given.apply(alias)).stream()).findFirst());
    }

    private static Optional<String> present(@Nullable String value) {
        return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }
}
