package io.countersign.executors.plugin;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.Masking;
import io.countersign.executors.plugin.PluginFolder.Found;
import io.countersign.executors.plugin.api.Plugin;
import io.countersign.executors.plugin.api.Plugin.Words;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a plug-in offers, as an action type. It is called only through an entry of the catalogue, which an admin has made. */
record PluginType(Found found) implements ActionType {

    /** All types of plug-ins begin so, and no other does: none can take the place of another type. */
    static final String PREFIX = "plugin.";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
    private static final Masking SHORT = Masking.of(List.of());
    private static final long PATIENCE_MILLIS = 1_000;
    private static final int LONGEST_SUMMARY = 300;
    private static final int LONGEST_TARGET = 500;

    @Override
    public String name() {
        return PREFIX + found.plugin().name();
    }

    @Override
    public String description() {
        return found.plugin().description();
    }

    @Override
    public String parametersSchema() {
        return found.plugin().schema();
    }

    @Override
    public ApprovalMode defaultMode() {
        return ApprovalMode.MANUAL;
    }

    @Override
    public String scope() {
        return found.plugin().internal() ? "internal" : "external";
    }

    @Override
    public boolean reversible() {
        return found.plugin() instanceof Plugin.Reversible;
    }

    @Override
    public ExecutionClass executionClass() {
        return found.plugin().idempotent() ? ExecutionClass.IDEMPOTENT
                : found.plugin() instanceof Plugin.Checkable ? ExecutionClass.CHECKABLE : ExecutionClass.ONCE;
    }

    @Override
    public boolean needsEntry() {
        return true;
    }

    @Override
    public Set<String> settings() {
        return Set.copyOf(found.plugin().settings());
    }

    @Override
    public Description describe(JsonNode params) {
        FutureTask<Words> asked = new FutureTask<>(() -> found.plugin().describe(params(params)));
        Thread speaker = Thread.ofVirtual().name("describe " + name()).unstarted(asked);
        speaker.setContextClassLoader(found.plugin().getClass().getClassLoader());
        speaker.start();
        try {
            Words words = asked.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return new Description(SHORT.excerpt(words.summary(), LONGEST_SUMMARY), SHORT.excerpt(words.target(), LONGEST_TARGET));
        } catch (ExecutionException | TimeoutException | RuntimeException mute) {
            speaker.interrupt();
        } catch (InterruptedException stop) {
            speaker.interrupt();
            Thread.currentThread().interrupt();
        }
        return new Description(name() + " (its plug-in does not say what this does; read the parameters)", name());
    }

    /** As plug-ins see parameters: no nulls, nothing of the reader that made them. */
    static Map<String, Object> params(JsonNode params) {
        Map<String, Object> plain = JSON.convertValue(params, MAP);
        plain.values().removeIf(value -> value == null);
        return plain;
    }
}
