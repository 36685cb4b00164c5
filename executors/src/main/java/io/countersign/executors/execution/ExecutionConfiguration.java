package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.KeptForUndo;
import io.countersign.executors.execution.Execution.Ground;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The handlers of events are no beans on purpose: Axon would register them a second time. */
@Configuration(proxyBeanMethods = false)
class ExecutionConfiguration {

    @Bean
    Execution execution(DataSource dataSource, EventStore events, TokenStore tokens, TransactionManager transactions,
            CommandGateway commands, Clock clock, ObjectProvider<ActionExecutor> executors, ObjectProvider<ActionType> types,
            ObjectProvider<KeptForUndo> kept,
            @Value("${countersign.node-id:}") String nodeId, @Value("${countersign.data-dir:./data}") Path dataFolder) {
        types.stream().filter(ActionType::reversible).forEach(type -> mustKnowTheWayBack(type, executors));
        Ground ground = new Ground(dataSource, events, tokens, transactions, commands, clock);
        String name = NodeId.of(nodeId, dataFolder, () -> "node-" + UUID.randomUUID());
        return new Execution(ground, executors.stream().toList(), kept.stream().toList(), ExecutionSettings.STANDARD, name);
    }

    /** Found at the start, not when somebody wants to undo. */
    private static void mustKnowTheWayBack(ActionType type, ObjectProvider<ActionExecutor> executors) {
        executors.stream().filter(executor -> executor.actionType().equals(type.name())).filter(executor -> !knowsAWayBack(executor)).findFirst()
                .ifPresent(executor -> {
                    throw new IllegalStateException(type.name() + " is called reversible, but its executor cannot undo anything");
                });
    }

    private static boolean knowsAWayBack(ActionExecutor executor) {
        try {
            return executor.getClass().getMethod("rollBack", Attempt.class, Duration.class).getDeclaringClass() != ActionExecutor.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }
}
