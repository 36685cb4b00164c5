package io.countersign.command.action;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.api.Ids;
import io.countersign.command.budget.api.Reservations;
import io.countersign.command.evaluation.CachingCompiler;
import io.countersign.command.evaluation.api.FactSource;
import io.countersign.command.evaluation.api.RateKeeper;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.testing.Letter;
import io.countersign.command.testing.People;
import io.countersign.command.testing.PlainKeyring;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.TestExecutor;
import org.jspecify.annotations.Nullable;

/** One action in a house of small real parts. Each part can be another one before the first message. */
final class ActionFixture {

    final PlainKeyring keyring = new PlainKeyring();
    private Principals principals = People.all();
    private ActionSettings settings = new ActionSettings(ActionSettings.NONE, Map.of(), ActionMessages.WINDOW, List.of());
    private Switches switches = workspace -> List.of();
    private List<Safeguard> safeguards = List.of();
    private volatile List<Policy> policies = List.of();
    private List<FactSource> sources = List.of();
    private @Nullable RateKeeper rates;
    private SmallCatalogue types = SmallCatalogue.of(Letter.mail(), Letter.note());

    ActionFixture among(Principals others) {
        principals = others;
        return this;
    }

    ActionFixture with(ActionSettings others) {
        settings = others;
        return this;
    }

    ActionFixture with(SmallCatalogue others) {
        types = others;
        return this;
    }

    ActionFixture with(Switches others) {
        switches = others;
        return this;
    }

    ActionFixture with(Safeguard... others) {
        safeguards = List.of(others);
        return this;
    }

    /** Under policies; what is said last counts from the next message on. */
    ActionFixture under(Policy... others) {
        policies = List.of(others);
        return this;
    }

    ActionFixture knowing(FactSource... others) {
        sources = List.of(others);
        return this;
    }

    ActionFixture counting(RateKeeper other) {
        rates = other;
        return this;
    }

    /** Settings that say one thing about one type. */
    static ActionSettings setting(String type, ActionSettings.Entry entry) {
        return new ActionSettings(ActionSettings.NONE, Map.of(type, entry), ActionMessages.WINDOW, List.of());
    }

    static ActionSettings mode(String type, ApprovalMode mode) {
        return setting(type, new ActionSettings.Entry(null, mode, null, null, null, null));
    }

    static ActionSettings switchedOff(String type) {
        return setting(type, new ActionSettings.Entry(false, null, null, null, null, null));
    }

    /** Nothing has happened, and it is noon. */
    TestExecutor<Action> atNoon() {
        return at(ActionMessages.NOON);
    }

    /** Nothing has happened, and this is the time. */
    TestExecutor<Action> at(Instant now) {
        AggregateTestFixture<Action> fixture = new AggregateTestFixture<>(Action.class);
        Clock clock = new FixtureClock(fixture);
        fixture.registerInjectableResource(principals);
        fixture.registerInjectableResource(keyring);
        fixture.registerInjectableResource(clock);
        fixture.registerInjectableResource(types);
        fixture.registerInjectableResource(settings);
        fixture.registerInjectableResource(switches);
        Inspection inspection = new Inspection((workspace, agentId) -> new CachingCompiler().compile(policies), sources, Optional.ofNullable(rates));
        fixture.registerInjectableResource(inspection);
        fixture.registerAnnotatedCommandHandler(new Submission(fixture.getRepository(), new Streams(fixture.getEventStore()),
                types, settings,
                principals, new Supplies(), new Safeguards(safeguards), inspection, keyring, new FixedIds(), clock));
        return fixture.givenCurrentTime(now);
    }

    /** The time that the fixture plays. */
    private static final class FixtureClock extends Clock {

        private final AggregateTestFixture<?> fixture;

        FixtureClock(AggregateTestFixture<?> fixture) {
            this.fixture = fixture;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return fixture.currentTime();
        }
    }

    private record FixedIds() implements Ids {

        @Override
        public String next() {
            return ActionMessages.ID;
        }

        @Override
        public String salt() {
            return ActionMessages.SALT;
        }
    }

    /** Supplies that are counted, and never renewed: no specification lasts long enough. */
    private static final class Supplies implements Reservations {

        private final Map<String, Integer> used = new HashMap<>();

        @Override
        public boolean reserve(String workspace, String key, Instant now, Duration period, String actionId, long limit) {
            return used.merge(workspace + key, 1, Integer::sum) <= limit;
        }
    }

    private record Streams(EventStore store) implements EventReader {

        @Override
        public Map<String, List<Stored>> read(Collection<String> aggregateIds, long upTo) {
            Map<String, List<Stored>> streams = new HashMap<>();
            for (String id : aggregateIds) {
                List<Stored> stream = new ArrayList<>();
                try {
                    store.readEvents(id).forEachRemaining(event -> stream.add(new Stored(event.getSequenceNumber(),
                            event.getIdentifier(), id,
                            event.getSequenceNumber(), "", null, event.getTimestamp(), event.getPayload(), Map.of(), "", "")));
                } catch (AggregateNotFoundException e) {
                    continue; // the fixture's way to say: no events
                }
                if (!stream.isEmpty()) {
                    streams.put(id, stream);
                }
            }
            return streams;
        }
    }
}
