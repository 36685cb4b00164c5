package io.countersign.query.projection;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Runs the event processors of this node: one for the live slot of each view, and one for a slot that is being built here. Of all nodes the one
 * that holds the claim on the token works; the others stand by and take over when the claim runs out.
 */
final class ProjectionRunner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionRunner.class);
    private static final int BATCH = 1_000;
    private static final Duration CLAIM_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LOOK_FOR_SWITCHES = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final List<Projection> projections;
    private final Slots slots;
    private final Function<Slot, ViewUpdater> updaters;
    private final EventStore events;
    private final TokenStore tokens;
    private final TransactionManager transactions;
    private final Refill refill;
    private final Map<Slot, TrackingEventProcessor> processors = new HashMap<>();
    private final Set<Slot> building = new HashSet<>();
    private ScheduledExecutorService watch;
    private volatile boolean running;

    ProjectionRunner(List<Projection> projections, Slots slots, Function<Slot, ViewUpdater> updaters, EventStore events, TokenStore tokens,
            TransactionManager transactions, Refill refill) {
        this.refill = refill;
        this.projections = List.copyOf(projections);
        this.slots = slots;
        this.updaters = updaters;
        this.events = events;
        this.tokens = tokens;
        this.transactions = transactions;
    }

    @Override
    public synchronized void start() {
        if (running) {
            return;
        }
        running = true;
        followLiveSlots();
        watch = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("views-watch").daemon().factory());
        watch.scheduleWithFixedDelay(this::followLiveSlotsQuietly, LOOK_FOR_SWITCHES.toMillis(), LOOK_FOR_SWITCHES.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void followLiveSlotsQuietly() {
        try {
            followLiveSlots();
        } catch (RuntimeException e) {
            LOG.debug("The live slots could not be read; looking again shortly", e);
        }
    }

    /** Makes the processors of this node those of the live slots, and of the slots being built here. */
    synchronized void followLiveSlots() {
        if (!running) {
            return;
        }
        Set<Slot> wanted = new HashSet<>(building);
        projections.forEach(projection -> wanted.add(slots.live(projection.name())));
        stopAll(processors.keySet().stream().filter(slot -> !wanted.contains(slot)).toList());
        wanted.forEach(slot -> processors.computeIfAbsent(slot, this::processor));
    }

    private TrackingEventProcessor processor(Slot slot) {
        TrackingEventProcessor processor = TrackingEventProcessor.builder()
                .name(slot.processor())
                .eventHandlerInvoker(updaters.apply(slot))
                .messageSource(events)
                .tokenStore(tokens)
                .transactionManager(transactions)
                .trackingEventProcessorConfiguration(TrackingEventProcessorConfiguration.forSingleThreadedProcessing()
                        .andBatchSize(BATCH)
                        .andInitialTrackingToken(source -> source.createTailToken())
                        .andEventAvailabilityTimeout(CLAIM_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                        .andTokenClaimInterval(CLAIM_INTERVAL.toMillis(), TimeUnit.MILLISECONDS))
                .build();
        processor.start();
        return processor;
    }

    /**
     * Empties an idle slot and takes the history into it. Fails when another node still works on that slot; answers when little of the log is
     * missing, or less was possible.
     */
    void fill(Slot slot) {
        empty(slot);
        refill.fill(slot, updaters.apply(slot), this::isStopping);
    }

    private synchronized void empty(Slot slot) {
        if (!running) {
            throw new IllegalStateException("The node is stopping");
        }
        stopAll(List.of(slot));
        transactions.executeInTransaction(() -> {
            slots.lock(slot);
            if (tokens.fetchSegments(slot.processor()).length == 0) {
                tokens.initializeTokenSegments(slot.processor(), 1, events.createTailToken());
            }
            tokens.fetchToken(slot.processor(), 0);
            tokens.storeToken(events.createTailToken(), slot.processor(), 0);
            slots.empty(slot);
        });
    }

    /** Keeps the slot up to date from where it stands. */
    synchronized void build(Slot slot) {
        if (!running) {
            throw new IllegalStateException("The node is stopping");
        }
        building.add(slot);
        processors.computeIfAbsent(slot, this::processor);
    }

    /** The slot is no longer built here; its processor goes on only if the slot is live by now. */
    synchronized void built(Slot slot) {
        building.remove(slot);
        followLiveSlots();
    }

    /** True when this or another node keeps the slot up to date. */
    boolean isKept(Slot slot) {
        TrackingEventProcessor here;
        synchronized (this) {
            here = processors.get(slot);
        }
        if (here != null && here.processingStatus().values().stream().anyMatch(status -> !status.isErrorState())) {
            return true;
        }
        boolean workedOnHere = here != null && here.processingStatus().values().stream().anyMatch(EventTrackerStatus::isErrorState);
        return !workedOnHere && tokens.fetchSegments(slot.processor()).length > 0
                && tokens.fetchAvailableSegments(slot.processor()).isEmpty();
    }

    boolean isStopping() {
        return !running;
    }

    private void stopAll(List<Slot> ended) {
        CompletableFuture<?>[] stops = ended.stream().map(processors::remove).filter(processor -> processor != null)
                .map(TrackingEventProcessor::shutdownAsync).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(stops).orTimeout(STOP.toMillis(), TimeUnit.MILLISECONDS).exceptionally(failure -> {
            LOG.warn("A view's processor did not stop in {} s", STOP.toSeconds());
            return null;
        }).join();
    }

    @Override
    public void stop() {
        running = false; // first, so that a rebuild under way gives up
        synchronized (this) {
            if (watch != null) {
                watch.shutdownNow();
            }
            building.clear();
            stopAll(List.copyOf(processors.keySet()));
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server, and until after it. */
    @Override
    public int getPhase() {
        return 0;
    }
}
