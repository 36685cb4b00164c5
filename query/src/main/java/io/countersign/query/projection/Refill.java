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
 * Takes the history into a slot that is built anew: while one bite is written, the next is fetched and read by another thread. Each bite is one
 * transaction with the token, so that the event processor can go on from wherever this ends.
 */
final class Refill {

    private static final Logger LOG = LoggerFactory.getLogger(Refill.class);
    private static final int BITE = 5_000;
    private static final Read NOTHING = new Read(List.of(), new EventFeed.Bite(List.of(), -1, 0));

    private final EventFeed feed;
    private final TokenStore tokens;
    private final TransactionManager transactions;

    Refill(EventFeed feed, TokenStore tokens, TransactionManager transactions) {
        this.feed = feed;
        this.tokens = tokens;
        this.transactions = transactions;
    }

    private record Read(List<Arriving> events, EventFeed.Bite bite) {

        boolean isLast() {
            return bite.read() < BITE;
        }
    }

    /**
     * Goes on until little is missing. Stops early when told to, or when something fails: the event processor knows what to do about failures.
     *
     * @param updater of the slot
     */
    void fill(Slot slot, ViewUpdater updater, BooleanSupplier stop) {
        try (ExecutorService reader = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("rebuild-read").daemon().factory())) {
            CompletableFuture<Read> next = read(-1, reader);
            for (Read read = next.join(); read.bite().read() > 0 && !stop.getAsBoolean(); read = next.join()) {
                Read now = read;
                next = now.isLast() ? CompletableFuture.completedFuture(NOTHING) : read(now.bite().last(), reader);
                transactions.executeInTransaction(() -> {
                    updater.take(now.events(), now.bite().last());
                    tokens.storeToken(GapAwareTrackingToken.newInstance(now.bite().last(), List.of()), slot.processor(), 0);
                });
            }
        } catch (RuntimeException e) {
            LOG.info("View {}: what is left of its history is taken in event by event", slot.view());
            LOG.debug("A bite of the history was not taken in", e);
        }
    }

    private CompletableFuture<Read> read(long after, ExecutorService reader) {
        return CompletableFuture.supplyAsync(() -> {
            EventFeed.Bite bite = feed.bite(after, BITE);
            return new Read(bite.events().stream().map(Arriving::read).toList(), bite);
        }, reader);
    }
}
