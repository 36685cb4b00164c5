package io.countersign.executors.execution;

import static org.axonframework.commandhandling.GenericCommandMessage.asCommandMessage;

import io.countersign.command.action.api.ActionCommand;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what the gateway itself has to say about an action. A refusal means that somebody was faster, and is an answer, not a fault. */
final class Commands {

    private static final Logger log = LoggerFactory.getLogger(Commands.class);
    private static final Map<String, String> AS_GATEWAY = Map.of("actor", "system:gateway", "origin", "system");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final int TRIES = 10;

    private final CommandGateway gateway;

    Commands(CommandGateway gateway) {
        this.gateway = gateway;
    }

    /**
     * Sends it once.
     *
     * @return the answer; empty when refused, or when there is none
     * @throws RuntimeException when it was not taken because the store cannot be reached, or when nobody can say whether it was
     */
    <T> Optional<T> send(ActionCommand command, Class<T> answer) {
        try {
            @Nullable Object result = gateway.sendAndWait(asCommandMessage(command).withMetaData(AS_GATEWAY));
            return Optional.ofNullable(result).map(answer::cast);
        } catch (Refused refused) {
            if (refused.code() == RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE) {
                throw refused; // nobody was faster: the store could not take it, or could not say whether it did
            }
            log.debug("{} was refused: {}", command.getClass().getSimpleName(), refused.code().code());
            return Optional.empty();
        }
    }

    /**
     * Records an outcome, again and again for half a minute while the store cannot be reached. What is lost all the same, the
     * {@link Reconciler} finds and judges.
     */
    void record(ActionCommand outcome) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (int left = TRIES; ; left--) {
            try {
                send(outcome, Object.class);
                return;
            } catch (RuntimeException unavailable) {
                if (left == 1) {
                    log.warn("{} could not be recorded ({}); the attempt will be judged later",
                            outcome.getClass().getSimpleName(), unavailable.getClass().getSimpleName());
                    return;
                }
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(Duration.ofSeconds(5)) < 0 ? pause.multipliedBy(2) : Duration.ofSeconds(5);
            }
        }
    }
}
