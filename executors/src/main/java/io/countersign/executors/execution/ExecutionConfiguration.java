package io.countersign.executors.execution;

import io.countersign.executors.ActionExecutor;
import io.countersign.executors.execution.Execution.Ground;
import java.nio.file.Path;
import java.time.Clock;
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
            CommandGateway commands, Clock clock, ObjectProvider<ActionExecutor> executors,
            @Value("${countersign.node-id:}") String nodeId, @Value("${countersign.data-dir:./data}") Path dataFolder) {
        Ground ground = new Ground(dataSource, events, tokens, transactions, commands, clock);
        String name = NodeId.of(nodeId, dataFolder, () -> "node-" + UUID.randomUUID());
        return new Execution(ground, executors.stream().toList(), ExecutionSettings.STANDARD, name);
    }
}
