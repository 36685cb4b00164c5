package io.countersign.query.projection;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.Head;
import io.countersign.query.projection.api.Projections;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** What operators see of the views and do to them. */
final class ProjectionAdministration implements Projections {

    private static final Logger LOG = LoggerFactory.getLogger(ProjectionAdministration.class);

    private final Map<String, Projection> projections;
    private final JdbcClient jdbc;
    private final Slots slots;
    private final ParkedEvents parkedEvents;
    private final ProjectionRunner runner;
    private final Rebuilder rebuilder;
    private final Head head;
    private final EventReader log;
    private final Clock clock;
    private final TransactionTemplate transaction;
    private final TransactionTemplate savepoint;

    ProjectionAdministration(List<Projection> projections, JdbcClient jdbc, Slots slots, ParkedEvents parkedEvents, ProjectionRunner runner,
            Rebuilder rebuilder, Head head, EventReader log, Clock clock, PlatformTransactionManager transactions) {
        this.projections = projections.stream().collect(Collectors.toMap(Projection::name, Function.identity()));
        this.jdbc = jdbc;
        this.slots = slots;
        this.parkedEvents = parkedEvents;
        this.runner = runner;
        this.rebuilder = rebuilder;
        this.head = head;
        this.log = log;
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
        this.savepoint = new TransactionTemplate(transactions);
        savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    }

    @Override
    public List<State> all() {
        long end = head.index();
        return slots.all().stream().map(view -> state(view, end)).toList();
    }

    private State state(Slots.View view, long end) {
        return new State(view.live().view(), view.position(), Math.max(end, view.position()), runner.isKept(view.live()), view.parked(),
                rebuild(view, end));
    }

    private @Nullable Rebuild rebuild(Slots.View view, long end) {
        Instant started = view.startedAt();
        String phase = view.phase();
        if (started == null || phase == null) {
            return null;
        }
        if (view.isRebuilding() && !rebuilder.isUnderWay(view.live().view())) {
            return new Rebuild("failed", view.idlePosition(), end, 0, null, started, null, null,
                    "The node that was rebuilding it is gone. Start it again.");
        }
        Instant until = view.finishedAt() == null ? clock.instant() : view.finishedAt();
        long position = "switched".equals(phase) ? view.position() : view.idlePosition();
        double rate = (position + 1) / Math.max(0.001, Duration.between(started, until).toNanos() / 1e9);
        boolean predictable = "building".equals(phase) && rate > 0;
        Long secondsLeft = predictable ? (Long) (long) Math.ceil(Math.max(0, end - position) / rate) : null;
        return new Rebuild(phase, position, end, rate, secondsLeft, started, view.finishedAt(), view.identical(), view.message());
    }

    @Override
    public State rebuild(String name) {
        projection(name);
        rebuilder.start(name);
        return state(slots.find(name).orElseThrow(), head.index());
    }

    private Projection projection(String name) {
        Projection projection = projections.get(name);
        if (projection == null) {
            throw new Refused(RefusalCode.NOT_FOUND,
                    "There is no view of this name. The views are " + new TreeSet<>(projections.keySet()) + ".");
        }
        return projection;
    }

    @Override
    public int retryParked(String name) {
        Projection projection = projection(name);
        return transaction.execute(status -> {
            Slot live = slots.live(name);
            slots.lock(live); // so that nothing of these streams is taken in, or parked, meanwhile
            Set<String> failed = new HashSet<>();
            int digested = 0;
            for (ParkedEvents.Place place : parkedEvents.places(live)) {
                if (!failed.contains(place.subject()) && digest(projection, live, place)) {
                    digested++;
                } else {
                    failed.add(place.subject());
                }
            }
            return digested;
        });
    }

    private boolean digest(Projection projection, Slot live, ParkedEvents.Place place) {
        try {
            Recorded event = log.read(List.of(place.subject()), place.index()).getOrDefault(place.subject(), List.of()).stream()
                    .filter(stored -> stored.index() == place.index()).findFirst().map(Recorded::of)
                    .orElseThrow(() -> new IllegalStateException("The log has no such event"));
            savepoint.executeWithoutResult(status -> {
                Projection.Batch batch = projection.begin(jdbc, live.table());
                batch.on(event);
                batch.flush();
                parkedEvents.remove(live, place);
            });
            return true;
        } catch (DataAccessResourceFailureException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.warn("View {}: event {} stays parked", projection.name(), place.index(), e);
            return false;
        }
    }
}
