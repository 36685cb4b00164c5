package io.countersign.executors.plugin;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent;
import io.countersign.command.vault.api.Secret;
import io.countersign.command.vault.api.SecretText;
import io.countersign.command.vault.api.Secrets;
import io.countersign.command.vault.api.VaultLocked;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.Masking;
import io.countersign.executors.plugin.PluginFolder.Found;
import io.countersign.executors.plugin.api.Plugin;
import io.countersign.executors.plugin.api.Plugin.Call;
import io.countersign.executors.plugin.api.Plugin.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Has a plug-in act. It is given what was approved and the secrets that the entry names, and nothing else. What it says is masked and capped;
 * what it throws tells nothing but that nobody knows.
 */
final class PluginExecutor implements ActionExecutor {

    private static final String SECRET = "vault_key";
    private static final String WAY_BACK = "way_back";
    private static final int LONGEST_WAY_BACK = 16_384;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Found found;
    private final Secrets secrets;

    PluginExecutor(Found found, Secrets secrets) {
        this.found = found;
        this.secrets = secrets;
    }

    @Override
    public String actionType() {
        return PluginType.PREFIX + found.plugin().name();
    }

    @Override
    public String version() {
        return found.version();
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        return with(attempt, timeLeft, call -> Optional.of(found.plugin().execute(call))).orElseThrow();
    }

    @Override
    public Optional<ExecutionOutcome> lookUp(Attempt attempt, Duration timeLeft) throws InterruptedException {
        return found.plugin() instanceof Plugin.Checkable checkable ? with(attempt, timeLeft, checkable::lookUp)
                : Optional.of(new Unknown("not_checkable", "This plug-in cannot look it up."));
    }

    @Override
    public ExecutionOutcome rollBack(Attempt attempt, Duration timeLeft) throws InterruptedException {
        ActionContent.Rollback way = attempt.rollback();
        if (!(found.plugin() instanceof Plugin.Reversible reversible) || way == null) {
            return new Failed("not_reversible", "This plug-in cannot undo it.", null);
        }
        String said = JSON.readTree(way.params()).path(WAY_BACK).asString("");
        return with(attempt, timeLeft, call -> Optional.of(reversible.rollBack(call, said))).orElseThrow();
    }

    /** What a plug-in does with a call. */
    @FunctionalInterface
    private interface Step {

        Optional<Outcome> take(Call call) throws Exception;
    }

    private Optional<ExecutionOutcome> with(Attempt attempt, Duration timeLeft, Step step) throws InterruptedException {
        Map<String, String> config = new HashMap<>();
        Map<String, String> opened = new HashMap<>();
        for (Map.Entry<String, String> setting : attempt.config().entrySet()) {
            if (!found.plugin().settings().contains(setting.getKey())) {
                continue; // what the entry fixes of the parameters is among them
            }
            if (!setting.getKey().endsWith(SECRET)) {
                config.put(setting.getKey(), setting.getValue());
                continue;
            }
            Optional<Failed> missing = open(attempt, setting, opened);
            if (missing.isPresent()) {
                return Optional.of(missing.get());
            }
        }
        Masking masking = Masking.of(opened.values());
        JsonNode params = JSON.readTree(attempt.params());
        Call call = new Call(attempt.actionId(), attempt.attempt(), PluginType.params(params), Map.copyOf(config), Map.copyOf(opened), timeLeft);
        return inside(step, call).map(outcome -> judged(outcome, masking));
    }

    private Optional<Failed> open(Attempt attempt, Map.Entry<String, String> setting, Map<String, String> opened) {
        String name = setting.getValue();
        Optional<Secret> known = secrets.byName(attempt.workspace(), name);
        if (known.isPresent() && known.get().binding() != null) {
            return Optional.of(new Failed("secret_bound_elsewhere", name + " is bound to one host, and where a plug-in sends it cannot be seen. "
                    + "Nothing was done.", null));
        }
        try {
            Secrets.Use use = new Secrets.Use(attempt.actionId(), attempt.attempt(), attempt.rollback() != null, null);
            Optional<SecretText> value = known.flatMap(secret -> secrets.take(attempt.workspace(), name, use));
            value.ifPresent(text -> opened.put(setting.getKey(), text.value()));
            return value.isPresent() ? Optional.empty()
                    : Optional.of(new Failed("secret_missing", "The vault holds no secret called " + name + ". Nothing was done.", null));
        } catch (VaultLocked closed) {
            return Optional.of(new Failed("secret_unreadable", String.valueOf(closed.getMessage()), null));
        } catch (Secrets.Unrecorded unrecorded) {
            return Optional.of(new Failed("secret_use_unrecorded",
                    "The use of " + name + " could not be recorded, so it was not taken out. Nothing was done.", null));
        }
    }

    /** With the plug-in's own classes in reach, and not ours. */
    private Optional<Outcome> inside(Step step, Call call) throws InterruptedException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(found.plugin().getClass().getClassLoader());
        try {
            return step.take(call);
        } catch (InterruptedException stop) {
            throw stop;
        } catch (Exception | LinkageError foreign) {
            return Optional.of(new Outcome.Unknown("The plug-in ended with " + foreign.getClass().getName() + "."));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static ExecutionOutcome judged(Outcome outcome, Masking masking) {
        return switch (outcome) {
            case Outcome.Done done -> new Succeeded(output(done, masking), wayBack(done, masking), false, false);
            case Outcome.Failed failed -> new Failed(failed.code().matches("[a-z][a-z0-9_]{0,59}") ? failed.code() : "plugin_failed",
                    masking.sentence(failed.sentence()), null);
            case Outcome.Unknown unknown -> new Unknown("plugin_unknown", masking.sentence(unknown.sentence()));
        };
    }

    private static String output(Outcome.Done done, Masking masking) {
        try {
            return masking.output(JSON.valueToTree(done.output()));
        } catch (RuntimeException odd) {
            return JSON.createObjectNode().put("note", "The plug-in's output is nothing that JSON can hold.").toString();
        }
    }

    /** Masked like everything that is kept: a way back that held a secret cannot be used. */
    private static ActionContent.@Nullable Rollback wayBack(Outcome.Done done, Masking masking) {
        String way = done.wayBack();
        if (way == null || way.length() > LONGEST_WAY_BACK) {
            return null;
        }
        ObjectNode params = JSON.createObjectNode().put(WAY_BACK, masking.text(way));
        return new ActionContent.Rollback("its plug-in", params.toString());
    }
}
