package io.countersign.query.projection;

import io.countersign.command.store.api.EventFeed;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the history into a slot that is built anew: while one bite is written, the next is read and the one after that fetched, each by a thread of
 * its own. Each bite is one transaction with the token, so that the event processor can go on from wherever this ends.
 */
final class Refill {

    private static final Logger LOG = LoggerFactory.getLogger(Refill.class);
    private static final int BITE = 2_000;
    private static final EventFeed.Bite NOTHING = new EventFeed.Bite(List.of(), -1, 0);

    private final EventFeed feed;
    private final TokenStore tokens;
    private final TransactionManager transactions;

    Refill(EventFeed feed, TokenStore tokens, TransactionManager transactions) {
        this.feed = feed;
        this.tokens = tokens;
        this.transactions = transactions;
    }

    private record Read(List<Arriving> events, EventFeed.Bite bite) {

        static Read of(EventFeed.Bite bite, boolean metadata) {
            return new Read(bite.events().stream().map(event -> Arriving.read(event, metadata)).toList(), bite);
        }
    }

    /**
     * Goes on until little is missing. Stops early when told to, or when something fails: the event processor knows what to do about failures.
     *
     * @param updater of the slot
     */
    void fill(Slot slot, ViewUpdater updater, BooleanSupplier stop) {
        try (ExecutorService fetching = thread("rebuild-fetch"); ExecutorService reading = thread("rebuild-read")) {
            CompletableFuture<EventFeed.Bite> fetched = fetch(-1, fetching);
            CompletableFuture<Read> read = fetched.thenApplyAsync(bite -> Read.of(bite, updater.readsMetadata()), reading);
            CompletableFuture<EventFeed.Bite> ahead = after(fetched, fetching);
            for (Read now = read.join(); now.bite().read() > 0 && !stop.getAsBoolean(); now = read.join()) {
                read = ahead.thenApplyAsync(bite -> Read.of(bite, updater.readsMetadata()), reading);
                ahead = after(ahead, fetching);
                write(slot, updater, now);
            }
        } catch (RuntimeException e) {
            LOG.info("View {}: what is left of its history is taken in event by event", slot.view());
            LOG.debug("A bite of the history was not taken in", e);
        }
    }

    private void write(Slot slot, ViewUpdater updater, Read read) {
        transactions.executeInTransaction(() -> {
            updater.take(read.events(), read.bite().last());
            tokens.storeToken(GapAwareTrackingToken.newInstance(read.bite().last(), List.of()), slot.processor(), 0);
        });
    }

    private CompletableFuture<EventFeed.Bite> fetch(long after, ExecutorService fetching) {
        return CompletableFuture.supplyAsync(() -> feed.bite(after, BITE), fetching);
    }

    /** What follows on a bite; nothing on the last. */
    private CompletableFuture<EventFeed.Bite> after(CompletableFuture<EventFeed.Bite> before, ExecutorService fetching) {
        return before.thenCompose(bite -> bite.read() < BITE ? CompletableFuture.completedFuture(NOTHING) : fetch(bite.last(), fetching));
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon().factory());
    }
}
