package io.countersign.query.projection;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.NonTransientDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps one slot of one view: the events of a batch are taken in together and written once, with the position, in the transaction of the
 * token. An event that cannot be taken in is parked with all later ones of its stream, and the others go on.
 *
 * <p>An event may be taken in and yet refused by the database. Then the batch comes again, and is written event by event, so that the one at
 * fault can be told from the rest.
 */
final class ViewUpdater implements EventHandlerInvoker {

    private static final Logger LOG = LoggerFactory.getLogger(ViewUpdater.class);

    private final Projection projection;
    private final Slot slot;
    private final JdbcClient jdbc;
    private final Slots slots;
    private final ParkedEvents parkedEvents;
    private final Freshness freshness;
    private final TransactionTemplate savepoint;
    private volatile boolean oneByOne;

    ViewUpdater(Projection projection, Slot slot, JdbcClient jdbc, Slots slots, ParkedEvents parkedEvents, Freshness freshness,
            PlatformTransactionManager transactions) {
        this.projection = projection;
        this.slot = slot;
        this.jdbc = jdbc;
        this.slots = slots;
        this.parkedEvents = parkedEvents;
        this.freshness = freshness;
        this.savepoint = new TransactionTemplate(transactions);
        savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    }

    boolean readsMetadata() {
        return projection.readsMetadata();
    }

    /** Every event: those a projection has no use for move its position too. */
    @Override
    public boolean canHandle(EventMessage<?> message, Segment segment) {
        return true;
    }

    @Override
    public void handle(EventMessage<?> message, Segment segment) {
        UnitOfWork<?> unit = CurrentUnitOfWork.get().root();
        unit.getOrComputeResource(slot.processor(), key -> begin(unit)).on(Arriving.of((TrackedEventMessage<?>) message));
    }

    /** Takes in some events at once, in the transaction under way, and all before {@code last} with them. */
    void take(List<Arriving> events, long last) {
        Work work = begin();
        events.forEach(work::on);
        work.reached(last);
        work.flush();
    }

    private Work begin(UnitOfWork<?> unit) {
        long began = System.nanoTime();
        Work work = begin();
        unit.onPrepareCommit(it -> work.flush());
        unit.afterCommit(it -> {
            oneByOne = false;
            freshness.advanced();
            freshness.rest(began);
        });
        return work;
    }

    private Work begin() {
        // A crash that loses this commit loses the token with it, and the events are taken in once more. And a table that was empty a moment ago
        // must not be walked through as if it still were.
        jdbc.sql("select set_config('synchronous_commit', 'off', true), set_config('enable_seqscan', 'off', true)").query().singleRow();
        return new Work(slots.lock(slot), parkedEvents.subjects(slot), projection.begin(jdbc, slot.table()));
    }

    private record Parked(ParkedEvents.Place place, String event, String cause) {}

    private final class Work {

        private final long from;
        private final Set<String> parkedSubjects;
        private final Projection.Batch batch;
        private final List<Parked> parked = new ArrayList<>();
        private long position;

        Work(long position, Set<String> parkedSubjects, Projection.Batch batch) {
            this.from = position;
            this.position = position;
            this.parkedSubjects = parkedSubjects;
            this.batch = batch;
        }

        void on(Arriving event) {
            if (event.index() <= position) {
                return; // taken in before
            }
            position = event.index();
            if (parkedSubjects.contains(event.subject())) {
                park(event, "An earlier event of the stream is parked");
                return;
            }
            try {
                if (oneByOne) {
                    savepoint.executeWithoutResult(status -> writeAtOnce(event));
                } else {
                    batch.on(event.content().get());
                }
            } catch (DataAccessResourceFailureException e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.warn("View {}: event {} is parked with what follows in its stream", slot.view(), event.index(), e);
                parkedSubjects.add(event.subject());
                park(event, e.getClass().getSimpleName()); // messages may quote values
            }
        }

        private void writeAtOnce(Arriving event) {
            Projection.Batch single = projection.begin(jdbc, slot.table());
            single.on(event.content().get());
            single.flush();
        }

        private void park(Arriving event, String cause) {
            parked.add(new Parked(new ParkedEvents.Place(event.index(), event.subject()), event.eventId(), cause));
        }

        void reached(long index) {
            position = Math.max(position, index);
        }

        void flush() {
            try {
                batch.flush();
            } catch (DataAccessResourceFailureException e) {
                throw e;
            } catch (NonTransientDataAccessException e) {
                oneByOne = true;
                throw e;
            }
            parked.forEach(it -> parkedEvents.park(slot, it.place(), it.event(), it.cause()));
            if (position > from) {
                slots.move(slot, position);
            }
        }
    }
}
