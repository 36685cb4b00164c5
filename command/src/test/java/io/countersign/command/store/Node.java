package io.countersign.command.store;

import com.zaxxer.hikari.HikariDataSource;
import io.countersign.command.action.api.ActionEvent.ActionExpired;
import io.countersign.command.database.api.ConnectionPools;
import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalDisabled;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The store of one node, put together as in service. It shares nothing with other nodes but the database. */
final class Node implements AutoCloseable {

    static final MasterKey MASTER_KEY = new MasterKey(new byte[32]);

    /** For the database to come back; shorter than in service, but long enough for a restart. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HikariDataSource pool;
    final FaultyCommits commits;
    final AppendWriter writer;
    final DataKeys keys;
    final GroupCommitEngine engine;
    final StoredEvents stored;
    private @Nullable SignallingEventStore events;

    Node(TestDatabase database) {
        this(database.endpoint());
    }

    Node(DatabaseEndpoint endpoint) {
        pool = ConnectionPools.application(endpoint, 8);
        commits = new FaultyCommits(pool);
        StoreConfiguration configuration = new StoreConfiguration();
        EventJson json = EventJson.with(new EventNames(StoreConfiguration.FAMILIES));
        writer = new AppendWriter(commits, PATIENCE);
        keys = configuration.dataKeys(pool, MASTER_KEY);
        engine = (GroupCommitEngine) configuration.eventStorageEngine(pool, json, configuration.eventSchema(),
                configuration.upcasterChain(List.of()), writer, keys, Clock.systemUTC());
        stored = configuration.storedEvents(pool, json, configuration.upcasterChain(List.of()), keys);
    }

    /** Appends one event as a command would. */
    void append(String aggregateId, long sequence) {
        append(aggregateId, sequence, 1);
    }

    /** Appends several events of one stream as one command would. */
    void append(String aggregateId, long sequence, int count) {
        append(aggregateId, sequence, count, Instant.now());
    }

    void append(String aggregateId, long sequence, int count, Instant at) {
        engine.appendEvents(IntStream.range(0, count).mapToObj(n -> event(aggregateId, sequence + n, at)).toList());
    }

    /** Appends one event that changes what is allowed. */
    void configure(String aggregateId, long sequence) {
        engine.appendEvents(List.of(new GenericDomainEventMessage<>("Principal", aggregateId, sequence,
                new PrincipalDisabled(aggregateId),
                MetaData.emptyInstance(), UUID.randomUUID().toString(), Instant.now())));
    }

    /** Runs as a command would be handled. A failure is thrown. */
    void inCommand(Runnable work) {
        var result = DefaultUnitOfWork.startAndGet(GenericCommandMessage.asCommandMessage(this)).executeWithResult(() -> {
            work.run();
            return null;
        });
        if (result.isExceptional()) {
            throw (RuntimeException) result.exceptionResult();
        }
    }

    static DomainEventMessage<?> event(String aggregateId, long sequence, Instant at) {
        return new GenericDomainEventMessage<>("Action", aggregateId, sequence, new ActionExpired(aggregateId), MetaData.emptyInstance(),
                UUID.randomUUID().toString(), at);
    }

    /** The event bus of this node, started when first asked for. */
    synchronized SignallingEventStore events() {
        if (events == null) {
            events = new StoreConfiguration().eventStore(engine, pool);
        }
        return events;
    }

    JdbcClient jdbc() {
        return JdbcClient.create(pool);
    }

    @Override
    public void close() {
        if (events != null) {
            events.close();
        }
        writer.close();
        pool.close();
    }
}
