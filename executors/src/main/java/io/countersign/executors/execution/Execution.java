package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionCommand.ExpireAction;
import io.countersign.command.action.api.ExpirySweep;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.KeptForUndo;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.SimpleEventHandlerInvoker;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.StreamableMessageSource;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Puts the parts together and starts and stops them in order: readers of events, workers, reconciler. */
final class Execution implements SmartLifecycle, ExpirySweep {

    private static final int BATCH = 500;
    private static final int SWEEP_LIMIT = 10_000;

    /** After the database and the command side, before the doors to the world open. */
    private static final int PHASE = 1_000;

    private final Clock clock;
    private final Commands commands;
    private final WorkList list;
    private final Workers workers;
    private final Sweeper sweeper;
    private final TrackingEventProcessor workProjection;
    private final TrackingEventProcessor automation;
    private final TrackingEventProcessor forgetting;
    private volatile boolean running;

    /** What it all stands on. */
    record Ground(DataSource dataSource, EventStore events, TokenStore tokens, TransactionManager transactions, CommandGateway commands,
            Clock clock) {}

    Execution(Ground ground, Collection<? extends ActionExecutor> actionExecutors, Collection<? extends KeptForUndo> kept, ExecutionSettings settings, String nodeId) {
        clock = ground.clock();
        commands = new Commands(ground.commands());
        JdbcClient jdbc = JdbcClient.create(ground.dataSource());
        list = new WorkList(jdbc);
        Tasks tasks = new Tasks(jdbc);
        InFlight inFlight = new InFlight();
        Executors executors = new Executors(actionExecutors);
        AttemptRunner runner = new AttemptRunner(clock, settings);
        Witness witness = new Witness(commands, executors, settings);
        ExecuteAction execute = new ExecuteAction(commands, executors, runner, witness, tasks, inFlight, settings, clock, nodeId);
        RollBackAction rollBack = new RollBackAction(commands, executors, runner, inFlight, nodeId);
        workers = new Workers(ground.dataSource(), tasks, execute, rollBack, witness, settings, clock, nodeId);
        Reconciler reconciler = new Reconciler(list, tasks, commands, inFlight, settings, clock, workers::wake);
        sweeper = new Sweeper(reconciler, this::isListCurrent, this::wakeReaders, settings.sweepInterval());
        workProjection = processor(ground, WorkProjection.NAME, source -> source.createTailToken(),
                new WorkProjection(list, settings, clock, sweeper::wake));
        automation = processor(ground, WhenActionClearedThenExecute.NAME, source -> source.createHeadToken(),
                new WhenActionClearedThenExecute(tasks, clock, workers::wake),
                new WhenPersonMustDecideThenLook(tasks, executors::observe, clock, workers::wake));
        forgetting = processor(ground, WhenContentErasedThenForget.NAME, source -> source.createTailToken(), new WhenContentErasedThenForget(kept));
    }

    @Override
    public void start() {
        workProjection.start();
        automation.start();
        forgetting.start();
        workers.start();
        sweeper.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        sweeper.stop();
        CompletableFuture<Void> readers = CompletableFuture.allOf(automation.shutdownAsync(), workProjection.shutdownAsync(), forgetting.shutdownAsync());
        workers.stop();
        readers.join();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public int sweepNow() {
        return Math.toIntExact(list.overdueDecisions(clock.instant(), SWEEP_LIMIT).stream()
                .filter(work -> commands.send(new ExpireAction(work.actionId()), Boolean.class).orElse(false))
                .count());
    }

    private boolean isListCurrent() {
        return workProjection.processingStatus().values().stream().noneMatch(EventTrackerStatus::isReplaying);
    }

    /** After a fault a reader waits up to a minute before it tries again; when the database is back, there is nothing to wait for. */
    private void wakeReaders() {
        for (TrackingEventProcessor reader : List.of(workProjection, automation, forgetting)) {
            if (reader.processingStatus().values().stream().anyMatch(EventTrackerStatus::isErrorState)) {
                reader.shutDown();
                reader.start();
            }
        }
    }

    private static TrackingEventProcessor processor(Ground ground, String name, Start start, Object... handlers) {
        return TrackingEventProcessor.builder()
                .name(name)
                .eventHandlerInvoker(SimpleEventHandlerInvoker.builder().eventHandlers(List.of(handlers))
                        .listenerInvocationErrorHandler(PropagatingErrorHandler.instance()).build())
                .errorHandler(PropagatingErrorHandler.instance())
                .messageSource(ground.events())
                .tokenStore(ground.tokens())
                .transactionManager(ground.transactions())
                .trackingEventProcessorConfiguration(TrackingEventProcessorConfiguration.forSingleThreadedProcessing()
                        .andBatchSize(BATCH)
                        .andTokenClaimInterval(1, TimeUnit.SECONDS)
                        .andInitialTrackingToken(start::token))
                .build();
    }

    /** Where a reader that has never run begins. */
    @FunctionalInterface
    private interface Start {

        TrackingToken token(StreamableMessageSource<TrackedEventMessage<?>> source);
    }
}
