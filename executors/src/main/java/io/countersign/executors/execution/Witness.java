package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionCommand.Look;
import io.countersign.command.action.api.ActionCommand.LookAtAction;
import io.countersign.command.action.api.ActionCommand.WitnessAction;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.Masking;
import io.countersign.executors.execution.Tasks.Key;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has executors look at what an action is about. A look that fails is a finding of its own, and never keeps anybody from deciding.
 */
final class Witness {

    private static final Logger log = LoggerFactory.getLogger(Witness.class);
    private static final Masking MASKING = Masking.of(List.of());
    private static final int MOST_FACTS = 20;
    private static final int LONGEST = 300;

    private final Commands commands;
    private final Executors executors;
    private final Duration patience;

    Witness(Commands commands, Executors executors, ExecutionSettings settings) {
        this.commands = commands;
        this.executors = executors;
        this.patience = settings.lookPatience();
    }

    /** Looks for the person who is to decide, unless somebody has. */
    void look(Key key) throws InterruptedException {
        Optional<Look> look = commands.send(new LookAtAction(key.actionId()), Look.class);
        if (look.isPresent()) {
            Optional<Observation> found = observe(look.get().attempt());
            if (found.isPresent()) {
                commands.record(new WitnessAction(key.actionId(), found.get()));
            }
        }
    }

    /** Looks again, right before the start. What was seen once must be seen again. */
    Observation again(Attempt attempt) throws InterruptedException {
        return observe(attempt).orElseGet(() -> Observation.unseen(attempt.actionType(), "Nothing here can look at it any more."));
    }

    private Optional<Observation> observe(Attempt attempt) throws InterruptedException {
        Optional<ActionExecutor> executor = executors.of(attempt.actionType()).filter(ActionExecutor::observes);
        if (executor.isEmpty()) {
            return Optional.empty();
        }
        FutureTask<Optional<Observation>> look = new FutureTask<>(() -> executor.get().observe(attempt, patience));
        Thread looker = Thread.ofVirtual().name("look-" + attempt.actionId()).start(look);
        try {
            return look.get(patience.toMillis(), TimeUnit.MILLISECONDS).map(Witness::shown);
        } catch (TimeoutException late) {
            return Optional.of(Observation.unseen(attempt.actionType(), "There was no answer within " + patience.toMillis() + " ms."));
        } catch (ExecutionException thrown) {
            log.warn("{} could not be looked at: {}", attempt, thrown.getCause().getClass().getName());
            return Optional.of(Observation.unseen(attempt.actionType(), "Looking at it ended in a fault of ours."));
        } finally {
            looker.interrupt();
        }
    }

    private static Observation shown(Observation found) {
        return new Observation(line(found.subject()), found.facts().stream().limit(MOST_FACTS)
                .map(fact -> new Fact(line(fact.name()), line(fact.value()))).toList(), found.unseen() == null ? null : line(found.unseen()));
    }

    private static String line(String text) {
        return MASKING.excerpt(text, LONGEST);
    }
}
