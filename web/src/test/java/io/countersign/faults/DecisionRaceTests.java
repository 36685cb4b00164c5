package io.countersign.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand;
import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.CancelAction;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionCommand.ExpireAction;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionEvent.ActionCancelled;
import io.countersign.command.action.api.ActionEvent.ActionDenied;
import io.countersign.command.action.api.ActionEvent.ActionExpired;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.testing.TestDatabase;
import io.countersign.faults.Api.Answer;
import io.countersign.faults.Api.Type;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Approval, denial, withdrawal and expiry at one and the same moment: one happens, and the others are told which. */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = {"countersign.demo=true",
        "countersign.data-dir=target/faults/races", "countersign.rate-limit-per-minute=0",
        "COUNTERSIGN_OWNER_PASSWORD=" + ServiceProcess.PASSWORD, "COUNTERSIGN_AGENT_KEY=" + ServiceProcess.AGENT_KEY})
@Import(DecisionRaceTests.Time.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecisionRaceTests {

    private static final int RACES = 1_000;
    private static final int RACES_OVER_HTTP = 20;
    private static final Duration EXPIRY = Duration.ofHours(24);
    private static final Map<String, Object> SYSTEM = Map.of("actor", "system:race", "workspace", "default", "origin", "system");
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Autowired
    private CommandGateway commands;
    @Autowired
    private EventStore events;
    @Autowired
    private Principals principals;
    @Autowired
    private MovableClock clock;
    @LocalServerPort
    private int port;

    private final ExecutorService racers = Executors.newFixedThreadPool(Runner.values().length);
    private final Random random = new Random(7);
    private String owner;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        DATABASE.properties().forEach((name, value) -> registry.add(name, () -> value));
    }

    /** Who runs, what counts as their victory, and what the losers may be told about the action then. */
    private enum Runner {
        APPROVE(ActionApproved.class, Set.of("approved", "executing", "executed", "failed", "timed_out")),
        DENY(ActionDenied.class, Set.of("denied")),
        CANCEL(ActionCancelled.class, Set.of("cancelled")),
        EXPIRE(ActionExpired.class, Set.of("expired"));

        private final Class<?> victory;
        private final Set<String> statuses;

        Runner(Class<?> victory, Set<String> statuses) {
            this.victory = victory;
            this.statuses = statuses;
        }

        private String verb() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Real time that can be moved on. */
    static final class MovableClock extends Clock {

        private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        private final Clock real = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));

        void moveOn(Duration by) {
            ahead.updateAndGet(now -> now.plus(by));
        }

        @Override
        public Instant instant() {
            return real.instant().plus(ahead.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Time {

        @Bean
        @Primary
        MovableClock movableClock() {
            return new MovableClock();
        }
    }

    @BeforeAll
    void findOwner() {
        owner = principals.people("default").stream().map(Principal::id).findFirst().orElseThrow();
    }

    @AfterAll
    void stop() {
        racers.shutdownNow();
    }

    private Runner winner(String actionId) {
        List<Runner> victories = events.readEvents(actionId).asStream().map(event -> event.getPayload())
                .flatMap(event -> EnumSet.allOf(Runner.class).stream().filter(runner -> runner.victory.isInstance(event))).toList();
        assertThat(victories).as("decisions of %s", actionId).hasSize(1);
        return victories.getFirst();
    }

    private String decidedBy(Runner winner) {
        return winner == Runner.EXPIRE ? "system:expiry" : owner;
    }

    /** All start together, in an order that changes. */
    private <T> Map<Runner, T> race(java.util.function.Function<Runner, Callable<T>> leg) throws Exception {
        CyclicBarrier start = new CyclicBarrier(Runner.values().length);
        List<Runner> order = new ArrayList<>(List.of(Runner.values()));
        Collections.shuffle(order, random);
        Map<Runner, Future<T>> legs = new EnumMap<>(Runner.class);
        for (Runner runner : order) {
            Callable<T> run = leg.apply(runner);
            legs.put(runner, racers.submit(() -> {
                start.await(10, TimeUnit.SECONDS);
                return run.call();
            }));
        }
        Map<Runner, T> results = new EnumMap<>(Runner.class);
        for (Map.Entry<Runner, Future<T>> entry : legs.entrySet()) {
            results.put(entry.getKey(), entry.getValue().get(30, TimeUnit.SECONDS));
        }
        return results;
    }

    @Nested
    class Given_all_four_at_once {

        /** What a runner was told: null for "done". */
        private record Told(Refused refusal, boolean done) {}

        @Test
        void exactly_one_wins_and_the_others_learn_who_did() throws Exception {
            Map<Runner, Integer> wins = new EnumMap<>(Runner.class);
            for (int n = 0; n < RACES; n++) {
                String id = request(n);
                Map<Runner, Told> told = race(runner -> () -> run(runner, id));
                Runner winner = winner(id);
                wins.merge(winner, 1, Integer::sum);
                told.forEach((runner, answer) -> check(id, winner, runner, answer));
            }
            assertThat(wins).as("everybody wins sometimes").containsOnlyKeys(Runner.values());
        }

        private String request(int n) {
            Submitted submitted = commands.sendAndWait(GenericCommandMessage.<Object>asCommandMessage(new RequestAction(
                    "00000000-0000-8000-8000-000000000002", "default", "api", "jira:create",
                    "{\"summary\":\"Race " + n + "\",\"description\":\"none\"}", null, null, null, null, null, false)).andMetaData(SYSTEM));
            return submitted.actionId();
        }

        private Told run(Runner runner, String id) {
            ActionCommand command = switch (runner) {
                case APPROVE -> new ApproveAction(id, "default", owner, "api", null, null);
                case DENY -> new DenyAction(id, "default", owner, "api", null);
                case CANCEL -> new CancelAction(id, "default", owner, null);
                case EXPIRE -> new ExpireAction(id);
            };
            if (runner == Runner.EXPIRE) {
                clock.moveOn(EXPIRY);
            }
            try {
                Object answer = commands.sendAndWait(GenericCommandMessage.<Object>asCommandMessage(command).andMetaData(SYSTEM));
                return new Told(null, !Boolean.FALSE.equals(answer));
            } catch (Refused refused) {
                return new Told(refused, false);
            }
        }

        private void check(String id, Runner winner, Runner runner, Told told) {
            if (runner == winner && runner != Runner.EXPIRE) {
                assertThat(told.done()).as("%s won %s", runner, id).isTrue();
            } else if (runner != winner) {
                assertThat(told.done()).as("%s lost %s to %s", runner, id, winner).isFalse();
            }
            if (told.refusal() != null) {
                assertThat(told.refusal().code()).as("%s lost %s to %s", runner, id, winner).isIn(runner == Runner.CANCEL
                        ? List.of(RefusalCode.NOT_CANCELLABLE)
                        : winner == Runner.EXPIRE ? List.of(RefusalCode.EXPIRED) : List.of(RefusalCode.ALREADY_RESOLVED));
                assertThat(told.refusal().details().get("current_status")).isIn(winner.statuses);
                assertThat(told.refusal().details()).containsEntry("decided_by", decidedBy(winner)).containsKey("decided_at");
            }
        }
    }

    @Nested
    class Given_all_four_at_once_over_http {

        @Test
        void the_losers_get_409_or_410_with_the_winner() throws Exception {
            Api api = new Api(port);
            for (int n = 0; n < RACES_OVER_HTTP; n++) {
                String id = api.submit(Type.JIRA, "race-" + n).text("id");
                Map<Runner, Answer> answers = race(runner -> () -> run(api, runner, id));
                Runner winner = winner(id);
                answers.forEach((runner, answer) -> check(winner, runner, answer));
            }
        }

        private Answer run(Api api, Runner runner, String id) {
            if (runner == Runner.EXPIRE) {
                clock.moveOn(EXPIRY);
                commands.sendAndWait(GenericCommandMessage.<Object>asCommandMessage(new ExpireAction(id)).andMetaData(SYSTEM));
                return api.read(id);
            }
            return api.decide(id, runner.verb());
        }

        private void check(Runner winner, Runner runner, Answer answer) {
            if (runner == winner || runner == Runner.EXPIRE) {
                assertThat(answer.status()).as("%s: %s", runner, answer.body()).isEqualTo(200);
                return;
            }
            boolean gone = winner == Runner.EXPIRE && runner != Runner.CANCEL;
            assertThat(answer.status()).as("%s lost to %s: %s", runner, winner, answer.body()).isEqualTo(gone ? 410 : 409);
            assertThat(answer.text("code")).isEqualTo(gone ? "expired" : runner == Runner.CANCEL ? "not_cancellable" : "already_resolved");
            assertThat(answer.text("current_status")).isIn(winner.statuses);
            assertThat(answer.text("decided_by")).isEqualTo(decidedBy(winner));
            assertThat(answer.text("decided_at")).isNotEmpty();
        }
    }
}
