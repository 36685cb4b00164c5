package io.countersign.executors.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.axonframework.commandhandling.GenericCommandMessage.asCommandMessage;

import io.countersign.command.action.api.ActionCommand;
import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.api.Ids;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.CreateAgent;
import io.countersign.command.principal.api.Role;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.testing.TestDatabase;
import io.countersign.executors.execution.Execution.Ground;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.serialization.Serializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** The real command side on a database of its own, with one agent, one owner, and action types for tests. */
final class CommandSide implements AutoCloseable {

    static final String IDEMPOTENT = "test:idempotent";
    static final String CHECKABLE = "test:checkable";
    static final String ONCE = "test:once";
    static final String STAGED = "test:staged";
    static final String QUICK = "test:quick";
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    static final Duration QUICK_TIMEOUT = Duration.ofMillis(400);

    /** As patient as in service, only that pauses are short. */
    static final ExecutionSettings BRISK = new ExecutionSettings(Duration.ofMillis(300), Duration.ofMillis(600), Duration.ofMillis(300),
            Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofMillis(400), 4, 3);

    private final TestDatabase database = TestDatabase.create();
    private final ConfigurableApplicationContext context;
    private final List<Execution> nodes = new ArrayList<>();
    final TestClock clock;
    private final String agentId;
    private final String ownerId;

    CommandSide(Class<?>... more) {
        Map<String, Object> properties = new HashMap<>(database.properties());
        properties.put("axon.update-check.disabled", "true");
        properties.put("axon.timeout.enabled", "false");
        properties.put("spring.autoconfigure.exclude", "org.axonframework.springboot.autoconfig.UpdateCheckerAutoConfiguration");
        properties.put("spring.main.banner-mode", "off");
        properties.put("logging.level.root", "error");
        properties.put("spring.flyway.enabled", "false");
        properties.put("countersign.node-id", "assembled");
        context = new SpringApplicationBuilder(App.class).sources(more).web(WebApplicationType.NONE).properties(properties).run();
        clock = context.getBean(TestClock.class);
        ownerId = context.getBean(Ids.class).next();
        agentId = context.getBean(Ids.class).next();
        as("system:first-run", new AddPerson(ownerId, "default", "Olga", "olga@example.com", Role.OWNER, null));
        as(ownerId, new CreateAgent(agentId, "default", "Scribe", ownerId));
    }

    /** A node of the service that shares nothing with others but the database. */
    Execution node(String name, ScriptedExecutor... executors) {
        return node(name, BRISK, executors);
    }

    Execution node(String name, ExecutionSettings settings, ScriptedExecutor... executors) {
        Execution node = new Execution(ground(name), List.of(executors), List.of(), settings, name);
        nodes.add(node);
        node.start();
        return node;
    }

    Ground ground(String nodeId) {
        DataSource dataSource = context.getBean(DataSource.class); // tokens belong to the transaction of their view
        TokenStore tokens = JdbcTokenStore.builder()
                .connectionProvider(new SpringDataSourceConnectionProvider(dataSource))
                .schema(context.getBean(TokenSchema.class))
                .serializer(context.getBean(Serializer.class))
                .claimTimeout(Duration.ofSeconds(2))
                .nodeId(nodeId)
                .build();
        return new Ground(dataSource, context.getBean(EventStore.class), tokens,
                context.getBean(TransactionManager.class), gateway(), clock);
    }

    <B> B bean(Class<B> type) {
        return context.getBean(type);
    }

    CommandGateway gateway() {
        return context.getBean(CommandGateway.class);
    }

    TestDatabase database() {
        return database;
    }

    String ask(String type) {
        RequestAction request = new RequestAction(agentId, "default", "api", type, "{\"n\":1}", null, null, null, null, null, false);
        Submitted submitted = as(agentId, request);
        return submitted.actionId();
    }

    void approve(String actionId) {
        as(ownerId, new ApproveAction(actionId, "default", ownerId, "api", null, null));
    }

    <T> @Nullable T send(ActionCommand command) {
        return as(ownerId, command);
    }

    String owner() {
        return ownerId;
    }

    private <T> @Nullable T as(String actor, Object command) {
        return gateway().sendAndWait(asCommandMessage(command).withMetaData(Map.of("actor", actor)));
    }

    List<ActionEvent> events(String actionId) {
        return context.getBean(EventReader.class).read(List.of(actionId), Long.MAX_VALUE).getOrDefault(actionId, List.of()).stream()
                .map(stored -> (ActionEvent) stored.payload()).toList();
    }

    <E extends ActionEvent> List<E> events(String actionId, Class<E> type) {
        return events(actionId).stream().filter(type::isInstance).map(type::cast).toList();
    }

    ActionStatus status(String actionId) {
        ActionStatus status = null;
        for (ActionEvent event : events(actionId)) {
            status = event.statusAfter(status);
        }
        assertThat(status).isNotNull();
        return status;
    }

    void awaitStatus(String actionId, ActionStatus expected) {
        await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(25))
                .untilAsserted(() -> assertThat(status(actionId)).isEqualTo(expected));
    }

    long openWork(String actionId) {
        return database.jdbc().sql("select count(*) from executors.work where action_id = ?").params(actionId).query(Long.class).single();
    }

    long openTasks() {
        return database.jdbc().sql("select count(*) from executors.scheduled_tasks").query(Long.class).single();
    }

    /** Stops all nodes, and forgets them. */
    void stopNodes() {
        nodes.forEach(Execution::stop);
        nodes.clear();
    }

    @Override
    public void close() {
        stopNodes();
        context.close();
        database.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @ComponentScan("io.countersign.command")
    static class App {

        @Bean
        TestClock clock() {
            return new TestClock();
        }

        @Bean
        MasterKey masterKey() {
            return new MasterKey(new byte[32]);
        }

        @Bean
        ActionSettings actionSettings() {
            ActionSettings.Entry quick = new ActionSettings.Entry(null, null, null, QUICK_TIMEOUT.toMillis(), null, null);
            return new ActionSettings(ActionSettings.NONE, Map.of(QUICK, quick, "test:quick-idempotent", quick, "test:quick-checkable", quick),
                    Duration.ofHours(24), List.of());
        }

        @Bean
        ActionType idempotent() {
            return new TestType(IDEMPOTENT, ExecutionClass.IDEMPOTENT, ApprovalMode.AUTO);
        }

        @Bean
        ActionType checkable() {
            return new TestType(CHECKABLE, ExecutionClass.CHECKABLE, ApprovalMode.AUTO);
        }

        @Bean
        ActionType once() {
            return new TestType(ONCE, ExecutionClass.ONCE, ApprovalMode.AUTO);
        }

        @Bean
        ActionType staged() {
            return new TestType(STAGED, ExecutionClass.ONCE, ApprovalMode.MANUAL);
        }

        @Bean
        ActionType quick() {
            return new TestType(QUICK, ExecutionClass.ONCE, ApprovalMode.AUTO);
        }

        @Bean
        ActionType quickIdempotent() {
            return new TestType("test:quick-idempotent", ExecutionClass.IDEMPOTENT, ApprovalMode.AUTO);
        }

        @Bean
        ActionType quickCheckable() {
            return new TestType("test:quick-checkable", ExecutionClass.CHECKABLE, ApprovalMode.AUTO);
        }
    }
}
