package io.countersign.query;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.*;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.principal.api.Role;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.testing.TestDatabase;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Reader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.JsonNode;

/** A node with the store and the views and nothing else, whose log tests write to as an aggregate would. */
public final class Node implements AutoCloseable {

    /** A person who may see the workspace. */
    public static final Reader ADMIN = new Reader("person-1", "default", Role.ADMIN);
    /** Everything, in pages of 100. */
    public static final ActionFilter ALL = filter(100, null);

    private static final Terms TERMS = new Terms("staged", Terms.ApprovalMode.MANUAL, Terms.Profile.of(Role.ANALYST, true),
            Terms.Execution.GATEWAY, Terms.ExecutionClass.ONCE, 1_000, Terms.OnTimeout.EXPIRE, false, "external", "built-in", "1");
    /** A verdict with nothing in it. */
    public static final Verdict VERDICT = new Verdict(Verdict.Outcome.REQUIRE_APPROVAL, null, null, 0, List.of(), null, List.of(),
            List.of(), 0, "enforce", List.of());

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final Map<String, Long> sequences;

    private Node(TestDatabase database, String id, Map<String, Long> sequences, Map<String, Object> settings) {
        this.sequences = sequences;
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("node", Map.of("countersign.node-id", id)));
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("settings", settings));
        context.registerBean(DataSource.class, database::dataSource, definition -> definition.setDestroyMethodName(""));
        context.registerBean(PlatformTransactionManager.class, () -> new DataSourceTransactionManager(database.dataSource()));
        context.registerBean(DatabaseEndpoint.class, database::endpoint);
        context.registerBean(ActionTypes.class, NoTypes::new);
        context.registerBean(Clock.class, Clock::systemUTC);
        context.registerBean(MasterKey.class, () -> new MasterKey(new byte[32]));
        context.scan("io.countersign.command.store", "io.countersign.command.principal", "io.countersign.query");
        context.refresh();
    }

    /** Starts a node. */
    public static Node on(TestDatabase database) {
        return on(database, Map.of());
    }

    /** Starts a node with settings. */
    public static Node on(TestDatabase database, Map<String, Object> settings) {
        return new Node(database, "node-1", new ConcurrentHashMap<>(), settings);
    }

    /** Another node on the same database. */
    public Node another(TestDatabase database) {
        return new Node(database, "node-2", sequences, Map.of());
    }

    /** A bean of the node. */
    public <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    /** Questions about actions. */
    public Actions actions() {
        return get(Actions.class);
    }

    /** A filter for everything. */
    public static ActionFilter filter(int limit, @Nullable String cursor) {
        return new ActionFilter(Set.of(), null, null, null, null, null, limit, cursor);
    }

    /** Makes events for an action, with what they seal. */
    public interface Script {
        /** The events, in order. */
        List<ActionEvent> events(String id, Sealer sealer);
    }

    /** Seals for the action of a script. */
    public interface Sealer {
        /** Content for a place. */
        io.countersign.command.sealing.api.Sealed seal(String place, Object content);
    }

    /** Appends what an aggregate would have appended in one command. */
    public void append(String id, Script script) {
        append("default", id, script);
    }

    /** The same in another workspace. */
    public void append(String workspace, String id, Script script) {
        Keyring keyring = get(Keyring.class);
        UnitOfWork<?> command = DefaultUnitOfWork.startAndGet(GenericMessage.asMessage("command"));
        command.execute(() -> {
            if (!sequences.containsKey(id)) {
                keyring.create(id);
            }
            Instant moment = get(Clock.class).instant().truncatedTo(ChronoUnit.MILLIS); // one for all, as in service
            List<GenericDomainEventMessage<?>> messages = new ArrayList<>();
            for (ActionEvent event : script.events(id, (place, content) -> keyring.seal(id, place, content))) {
                long sequence = sequences.merge(id, 0L, (before, first) -> before + 1);
                messages.add(new GenericDomainEventMessage<>("Action", id, sequence, new GenericMessage<>(event,
                        MetaData.with("actor", "somebody").and("workspace", workspace).and("request_id", "r-1")), moment));
            }
            get(EventStore.class).publish(messages);
        });
    }

    /** A new action that waits for a person. */
    public String pending(String requester, @Nullable Instant expiresAt) {
        String id = UUID.randomUUID().toString();
        append(id, (action, sealer) -> List.of(requested(action, "default", requester, sealer),
                new ActionApprovalRequired(action, VERDICT, expiresAt, null)));
        return id;
    }

    /** The first event of an action. */
    public static ActionRequested requested(String id, String workspace, String requester, Sealer sealer) {
        return new ActionRequested(id, workspace, requester, "owner-1", "api", "email:send", "email", "send", "digest", "talk-1", false,
                TERMS, sealer.seal("action.requested",
                        new ActionContent.Request("{\"to\":\"a@example.com\"}", "c2FsdA==", null, "Send", "a@example.com", "because", null)));
    }

    /** A person says yes. */
    public void approve(String id) {
        append(id, (action, sealer) -> List.of(new ActionApproved(action, "person-1", null, "api", "digest", null,
                sealer.seal("action.approved", new ActionContent.Remark("fine")))));
    }

    /** An attempt that ends well. */
    public void execute(String id) {
        append(id, (action, sealer) -> List.of(new ExecutionStarted(action, 1, "node-1", Instant.EPOCH.plus(Duration.ofDays(30_000)), "1"),
                new ActionExecuted(action, 1, true, false, false,
                        sealer.seal("action.executed", new ActionContent.Result("{}", null)))));
    }

    @Override
    public void close() {
        context.close();
    }

    /** A node without executors knows of no type. */
    private static final class NoTypes implements ActionTypes {

        @Override
        public Optional<ActionType> byName(String name) {
            return Optional.empty();
        }

        @Override
        public Collection<ActionType> all() {
            return List.of();
        }

        @Override
        public List<ParameterFault> faults(ActionType type, JsonNode params) {
            return List.of();
        }
    }
}
