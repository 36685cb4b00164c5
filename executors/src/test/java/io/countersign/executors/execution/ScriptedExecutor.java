package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Does what a test tells it, and writes down every effect. */
final class ScriptedExecutor implements ActionExecutor {

    static final Succeeded DONE =
            new Succeeded("{\"ok\":true}", new ActionContent.Rollback("remove", "{\"id\":1}"), false, false);

    private final String type;
    private final List<String> effects = new CopyOnWriteArrayList<>();
    private final List<String> rollbacks = new CopyOnWriteArrayList<>();
    private volatile Script script = (attempt, executor) -> executor.effect(attempt);
    private volatile Script undo = (attempt, executor) -> DONE;
    private volatile @Nullable Script lookUp;
    private volatile @Nullable Sight sight;

    ScriptedExecutor(String type) {
        this.type = type;
    }

    /** What a look finds. */
    interface Sight {

        @Nullable Observation see() throws InterruptedException;
    }

    ScriptedExecutor sees(Sight next) {
        sight = next;
        return this;
    }

    interface Script {

        @Nullable ExecutionOutcome play(Attempt attempt, ScriptedExecutor executor) throws InterruptedException;
    }

    ScriptedExecutor does(Script next) {
        script = next;
        return this;
    }

    ScriptedExecutor undoes(Script next) {
        undo = next;
        return this;
    }

    /** Null stands for "it did not happen". */
    ScriptedExecutor looksUp(Script next) {
        lookUp = next;
        return this;
    }

    ExecutionOutcome effect(Attempt attempt) {
        effects.add(attempt.actionId() + "/" + attempt.attempt());
        return DONE;
    }

    List<String> effectsOf(String actionId) {
        return effects.stream().filter(effect -> effect.startsWith(actionId)).toList();
    }

    List<String> rollbacksOf(String actionId) {
        return rollbacks.stream().filter(effect -> effect.startsWith(actionId)).toList();
    }

    @Override
    public String actionType() {
        return type;
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        return script.play(attempt, this);
    }

    @Override
    public Optional<ExecutionOutcome> lookUp(Attempt attempt, Duration timeLeft) throws InterruptedException {
        Script now = lookUp;
        return now == null ? Optional.empty() : Optional.ofNullable(now.play(attempt, this));
    }

    @Override
    public boolean observes() {
        return sight != null;
    }

    @Override
    public Optional<Observation> observe(Attempt attempt, Duration timeLeft) throws InterruptedException {
        Sight now = sight;
        return now == null ? Optional.empty() : Optional.ofNullable(now.see());
    }

    @Override
    public ExecutionOutcome rollBack(Attempt attempt, Duration timeLeft) throws InterruptedException {
        rollbacks.add(attempt.actionId() + "/" + attempt.attempt());
        return undo.play(attempt, this);
    }
}
