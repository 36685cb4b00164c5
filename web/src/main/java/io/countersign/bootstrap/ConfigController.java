package io.countersign.bootstrap;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.settings.api.ActionSettings.Entry;
import io.countersign.command.settings.api.EffectiveSetting;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows an administrator every setting as it is in force and where it came from. */
@RestController
class ConfigController {

    private final Settings settings;
    private final ObjectProvider<ActionTypes> types;

    ConfigController(Settings settings, ObjectProvider<ActionTypes> types) {
        this.settings = settings;
        this.types = types;
    }

    /** What is answered. */
    record Config(List<EffectiveSetting> settings, List<EffectiveSetting> actions) {}

    @GetMapping(path = "/api/v1/admin/config", produces = MediaType.APPLICATION_JSON_VALUE)
    @Tag(name = "Upkeep")
    @Operation(operationId = "getConfig", summary = "Every setting in force, and where it came from; secrets only say that they are set")
    Config config() {
        List<EffectiveSetting> effective = new ArrayList<>();
        types.ifAvailable(known -> known.all().forEach(type -> effective.addAll(effective(type))));
        return new Config(settings.sources(), effective);
    }

    private List<EffectiveSetting> effective(ActionType type) {
        List<EffectiveSetting> resolved = new ArrayList<>();
        resolved.add(resolve(type, "enabled", Entry::enabled, Optional.empty(), "true"));
        resolved.add(resolve(type, "approval", entry -> entry.approval() == null ? null : entry.approval().wire(),
                Optional.of(type.defaultMode().wire()), ApprovalMode.MANUAL.wire()));
        resolved.add(resolve(type, "requiredRole", entry -> entry.requiredRole() == null ? null : entry.requiredRole().name().toLowerCase(Locale.ROOT),
                Optional.empty(), null));
        resolved.add(resolve(type, "timeout", Entry::timeoutMillis, Optional.empty(), null));
        resolved.add(resolve(type, "rateLimit", Entry::rateLimitPerMinute, Optional.empty(), null));
        resolved.add(resolve(type, "maxPerConversation", Entry::maxPerConversation, Optional.empty(), null));
        return resolved;
    }

    private EffectiveSetting resolve(ActionType type, String key, Function<Entry, @Nullable Object> field, Optional<String> builtIn,
            @Nullable String fallback) {
        String name = "actions.\"" + type.name() + "\"." + key;
        Object own = field.apply(settings.actions().of(type.name()));
        if (own != null) {
            return new EffectiveSetting(name, own.toString(), "file");
        }
        Object common = field.apply(settings.actions().defaults());
        if (common != null) {
            return new EffectiveSetting(name, common.toString(), "defaults");
        }
        return builtIn.map(value -> new EffectiveSetting(name, value, "built-in")).orElse(new EffectiveSetting(name, fallback, "fallback"));
    }
}
