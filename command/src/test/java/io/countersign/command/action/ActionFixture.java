package io.countersign.command.action;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.action.api.Safeguard.Reserved;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.api.Ids;
import io.countersign.command.budget.api.Reservations;
import io.countersign.command.budget.api.Supply;
import io.countersign.command.execpolicy.api.ExecPolicies;
import io.countersign.command.execpolicy.api.ExecPolicy;
import io.countersign.command.evaluation.CachingCompiler;
import io.countersign.command.evaluation.api.Draft;
import io.countersign.command.evaluation.api.FactSource;
import io.countersign.command.evaluation.api.RateKeeper;
import io.countersign.command.evaluation.api.Rulebooks;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.testing.Letter;
import io.countersign.command.testing.People;
import io.countersign.command.testing.PlainKeyring;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
    final Supplies supplies = new Supplies();
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
        fixture.registerInjectableResource(supplies);
        fixture.registerInjectableResource(new Safeguards(safeguards));
        PastDecisions past = pastDecisions();
        fixture.registerInjectableResource(past);
        Inspection inspection = new Inspection(rulebooks(), sources, Optional.ofNullable(rates), past);
        fixture.registerInjectableResource(inspection);
        fixture.registerAnnotatedCommandHandler(new Submission(fixture.getRepository(), new Streams(fixture.getEventStore()),
                types, settings,
                principals, supplies, new Safeguards(safeguards), (asked, actionId, count) -> Optional.empty(), new Unchanged(), inspection, keyring, new FixedIds(), clock));
        return fixture.givenCurrentTime(now);
    }

    /** What people decided before, by the supplies of this fixture. */
    PastDecisions pastDecisions() {
        return new PastDecisions(rulebooks(), supplies, keyring);
    }

    private Rulebooks rulebooks() {
        return (workspace, agentId, draft) -> new CachingCompiler().compile(with(draft));
    }

    private List<Policy> with(@Nullable Draft draft) {
        return draft == null ? policies : Stream.concat(policies.stream().filter(policy -> !policy.name().equals(draft.definition().name())),
                Stream.of(new Policy("draft", "default", 0, draft.definition(), false, false, null, null, draft.authorId()))).toList();
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

    /** Supplies that are counted, and never renewed: no specification lasts long enough. What is accounted for is noted. */
    static final class Supplies implements Reservations {

        private final Map<String, Long> used = new HashMap<>();
        final List<String> accounts = new ArrayList<>();

        @Override
        public boolean reserve(Supply supply, Instant now, String actionId, long amount, long limit) {
            return used.merge(supply.workspace() + supply.key(), amount, Long::sum) <= limit;
        }

        @Override
        public long used(Supply supply, Instant now) {
            return used.getOrDefault(supply.workspace() + supply.key(), 0L);
        }

        /** How much was taken of all whose key begins so. */
        long used(String prefix) {
            return used.entrySet().stream().filter(entry -> entry.getKey().startsWith("default" + prefix)).mapToLong(Map.Entry::getValue).sum();
        }

        @Override
        public void settle(String workspace, String actionId, List<Reserved> reserved, boolean released) {
            reserved.forEach(one -> accounts.add((released ? "settled again " : "settled ") + one.amount()));
        }

        @Override
        public void release(String workspace, String actionId, List<Reserved> reserved) {
            reserved.forEach(one -> accounts.add("released " + one.amount()));
        }
    }

    /** Nobody has changed an exec policy. */
    private record Unchanged() implements ExecPolicies {

        @Override
        public ExecPolicy of(String workspace) {
            return ExecPolicy.STANDARD;
        }

        @Override
        public Map<String, ExecPolicy> all() {
            return Map.of();
        }
    }

    private record Streams(EventStore store) implements EventReader {

        @Override
        public Optional<Stored> last(String aggregateId) {
            return Optional.ofNullable(read(List.of(aggregateId), Long.MAX_VALUE).get(aggregateId)).map(List::getLast);
        }

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
