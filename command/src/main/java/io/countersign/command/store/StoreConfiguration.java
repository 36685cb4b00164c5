package io.countersign.command.store;

import io.countersign.command.access.api.AccessEvent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.budget.api.AllowanceEvent;
import io.countersign.command.budget.api.BudgetEvent;
import io.countersign.command.catalogue.api.CatalogueEvent;
import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.datasource.api.DataSourceEvent;
import io.countersign.command.execpolicy.api.ExecPolicyEvent;
import io.countersign.command.compensation.api.CompensationEvent;
import io.countersign.command.killswitch.api.SwitchEvent;
import io.countersign.command.monitoring.api.MonitoringEvent;
import io.countersign.command.monitoring.api.WatchEvent;
import io.countersign.command.policy.api.PolicyEvent;
import io.countersign.command.principal.api.PrincipalEvent;
import io.countersign.command.reach.api.ReachEvent;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.store.api.KnownEvents;
import io.countersign.command.vault.api.VaultEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.SimpleCommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.commandhandling.gateway.IntervalRetryScheduler;
import org.axonframework.common.jdbc.PersistenceExceptionResolver;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.EventSchema;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.messaging.correlation.CorrelationDataProvider;
import org.axonframework.messaging.correlation.SimpleCorrelationDataProvider;
import org.axonframework.messaging.interceptors.CorrelationDataInterceptor;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/** Assembles the event store. Nothing here is left to auto-configuration, which falls back to memory without a word. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    /** The families of events there are. A new family is added here. */
    static final List<Class<?>> FAMILIES = List.of(ActionEvent.class, PrincipalEvent.class, PolicyEvent.class, BudgetEvent.class,
            AllowanceEvent.class, SwitchEvent.class, ExecPolicyEvent.class, DataSourceEvent.class, VaultEvent.class, CatalogueEvent.class,
            CompensationEvent.class, AccessEvent.class, ReachEvent.class,
            MonitoringEvent.class, WatchEvent.class);

    /** Metadata that travels from a command to its events. */
    static final String[] CORRELATION = {"actor", "workspace", "origin", "request_id", "trace_id", "address"};

    private static final int READ_AHEAD = 2_000;

    @Bean
    EventNames eventNames() {
        return new EventNames(FAMILIES);
    }

    @Bean
    KnownEvents knownEvents(EventNames names) {
        return new KnownEvents(names.known());
    }

    /** Serializer of tokens and messages: of Axon's polymorphic types only its own tokens are let in. */
    @Bean
    @Primary
    Serializer serializer() {
        return Jackson3Serializer.builder()
                .jsonMapperBuilderCustomizer(json -> json.polymorphicTypeValidator(
                        BasicPolymorphicTypeValidator.builder().allowIfSubType("org.axonframework.eventhandling.").build()))
                .build();
    }

    @Bean
    @Qualifier("eventSerializer")
    EventJson eventSerializer(EventNames names) {
        return EventJson.with(names);
    }

    @Bean
    AppendWriter appendWriter(DataSource dataSource) {
        return new AppendWriter(dataSource);
    }

    @Bean
    DataKeys dataKeys(DataSource dataSource, MasterKey masterKey) {
        return new DataKeys(dataSource, masterKey, JsonMapper.builder().addModule(new QuickRecords()).addModule(new QuickTimes()).build());
    }

    @Bean
    EventUpcasterChain upcasterChain(List<EventUpcaster> upcasters) {
        return new EventUpcasterChain(upcasters);
    }

    @Bean
    EventSchema eventSchema() {
        return EventSchema.builder().eventTable("command.domain_event_entry").snapshotTable("command.snapshot_event_entry")
                .globalIndexColumn("global_index").timestampColumn("time_stamp").eventIdentifierColumn("event_identifier")
                .aggregateIdentifierColumn("aggregate_identifier").sequenceNumberColumn("sequence_number").typeColumn("type")
                .payloadTypeColumn("payload_type").payloadRevisionColumn("payload_revision").payloadColumn("payload")
                .metaDataColumn("meta_data").build();
    }

    @Bean
    EventStorageEngine eventStorageEngine(DataSource dataSource, EventJson events, EventSchema schema, EventUpcasterChain upcasters,
            AppendWriter writer, DataKeys keys, Clock clock) {
        GenericEventMessage.clock = clock;
        JdbcEventStorageEngine.Builder builder = JdbcEventStorageEngine.builder()
                .connectionProvider(dataSource::getConnection) // loads and reads need no transaction, so a waiting command holds no connection
                .transactionManager(NoTransactionManager.instance())
                .eventSerializer(events)
                .snapshotSerializer(events)
                .upcasterChain(upcasters)
                .schema(schema)
                .dataType(String.class)
                .batchSize(READ_AHEAD)
                .finalAggregateBatchPredicate(batch -> batch.size() < READ_AHEAD)
                .persistenceExceptionResolver(duplicates());
        return new GroupCommitEngine(builder, writer, keys, aggregateId -> StoredEvents.lastEntry(dataSource, aggregateId));
    }

    private static PersistenceExceptionResolver duplicates() {
        return e -> e instanceof AppendWriter.PlaceTaken;
    }

    @Bean(name = "eventBus")
    @Qualifier("eventStore")
    SignallingEventStore eventStore(EventStorageEngine engine, DataSource dataSource) {
        EmbeddedEventStore.Builder builder = EmbeddedEventStore.builder().storageEngine(engine).fetchDelay(1_000).cachedEvents(20_000);
        return new SignallingEventStore(builder, dataSource);
    }

    @Bean
    StoredEvents storedEvents(DataSource dataSource, EventJson events, EventUpcasterChain upcasters, DataKeys keys) {
        return new StoredEvents(dataSource, events, upcasters, keys);
    }

    @Bean
    StoredRows storedRows(DataSource dataSource) {
        return new StoredRows(dataSource);
    }

    @Bean
    StubWriter stubWriter(DataSource dataSource, StoredRows log, @Nullable DatabaseEndpoint endpoint) {
        return new StubWriter(dataSource, log, endpoint);
    }

    @Bean
    TokenSchema tokenSchema() {
        return TokenSchema.builder().setTokenTable("command.token_entry").setProcessorNameColumn("processor_name")
                .setTokenTypeColumn("token_type").build();
    }

    /** Tokens are written in the transaction of the view they belong to. */
    @Bean
    TokenStore tokenStore(DataSource dataSource, TokenSchema schema, Serializer serializer,
            @Value("${countersign.node-id:}") String nodeId) {
        JdbcTokenStore.Builder builder = JdbcTokenStore.builder()
                .connectionProvider(new SpringDataSourceConnectionProvider(dataSource))
                .schema(schema)
                .serializer(serializer)
                .claimTimeout(Duration.ofSeconds(5));
        return new LossDetectingTokenStore(nodeId.isBlank() ? builder : builder.nodeId(nodeId));
    }

    @Bean
    TransactionManager axonTransactionManager(PlatformTransactionManager transactions) {
        return new SpringTransactionManager(transactions);
    }

    @Bean
    CorrelationDataProvider correlation() {
        return new SimpleCorrelationDataProvider(CORRELATION);
    }

    /** Commands run without a transaction: the append is the commit point, and nothing that can fail comes after it. */
    @Bean
    CommandBus commandBus(CorrelationDataProvider correlation) {
        SimpleCommandBus bus = SimpleCommandBus.builder().transactionManager(NoTransactionManager.INSTANCE).build();
        bus.registerHandlerInterceptor(new CorrelationDataInterceptor<>(correlation));
        bus.registerHandlerInterceptor(new StoreFailures());
        return bus;
    }

    @Bean(destroyMethod = "shutdownNow")
    ScheduledExecutorService commandRetries() {
        return Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("command-retry").daemon().factory());
    }

    /** A command that came second is tried again on what the first one left; it then usually ends in a clear refusal. */
    @Bean
    CommandGateway commandGateway(CommandBus bus, ScheduledExecutorService commandRetries) {
        return DefaultCommandGateway.builder().commandBus(bus)
                .retryScheduler(IntervalRetryScheduler.builder().retryExecutor(commandRetries).retryInterval(1).maxRetryCount(500)
                        .nonTransientFailurePredicate(failure -> !(failure instanceof ConcurrencyException)).build())
                .build();
    }
}
