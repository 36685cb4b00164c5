package io.countersign.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.faults.Api.Answer;
import io.countersign.faults.Api.Type;
import io.countersign.faults.Sink.Hold;
import io.countersign.faults.Sink.Point;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

/**
 * The service, its database, or both are killed again and again, with e-mails and Jira issues at every step of their way. Each run goes on
 * from what the one before left, so that recovery is interrupted too.
 */
@Execution(ExecutionMode.CONCURRENT)
class KillTests {

    private static final int SERIES = Boolean.getBoolean("countersign.full") ? 17 : 1;
    private static final Set<String> ENDS = Set.of("executed", "failed", "timed_out", "outcome_unknown");
    private static final Set<String> UNDECIDED = Set.of("pending", "stale", "denied", "expired", "cancelled");

    /** What is killed. */
    private enum Victim {
        SERVICE, DATABASE, BOTH
    }

    /** The last thing that happened before. */
    private enum Moment {
        A_SUBMISSION_WAS_ANSWERED, AN_APPROVAL_WAS_ANSWERED, A_CALL_WENT_OUT, AN_EFFECT_TOOK_PLACE, A_CALL_WAS_ANSWERED, SOME_TIME_OF_WORK
    }

    private static String words(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** One action, as its callers know it. */
    private static final class Asked {

        private final Type type;
        private final String key;
        private final String story;
        private volatile String id = "";
        private volatile boolean submitted;
        private volatile boolean approved;

        Asked(Type type, String key, String story) {
            this.type = type;
            this.key = key;
            this.story = story;
        }

        @Override
        public String toString() {
            return key + " (" + type + ", " + story + ", " + (id.isEmpty() ? "unanswered" : id) + ")";
        }
    }

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Given_actions_at_every_step {

        private final Sink sink = new Sink();
        private final List<Asked> all = new CopyOnWriteArrayList<>();
        private final List<Hold> held = new ArrayList<>();
        private final long seed = System.nanoTime();
        private final Random random = new Random(seed);
        private ServiceProcess service;

        @BeforeAll
        void start() {
            Map<String, String> settings = new HashMap<>(sink.environment());
            settings.put("COUNTERSIGN_ACTION_TIMEOUT", "3000");
            service = ServiceProcess.fresh("kill", settings).start();
        }

        @AfterAll
        void stop() {
            service.close();
            sink.close();
        }

        @TestFactory
        Stream<DynamicNode> nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
            return IntStream.range(0, SERIES).boxed().flatMap(series -> Stream.concat(
                    Arrays.stream(Moment.values()).map(moment -> {
                        Victim victim = Victim.values()[(series + moment.ordinal()) % Victim.values().length];
                        return DynamicTest.dynamicTest(words(victim) + " killed after " + words(moment), () -> run(victim, moment));
                    }),
                    Stream.of(DynamicTest.dynamicTest("in the end all are done, failed, or shown as unknown", this::everythingEnds))));
        }

        private void run(Victim victim, Moment moment) {
            String story = words(victim) + " killed after " + words(moment) + ", seed " + seed;
            held.clear();
            List<Moment> order = new ArrayList<>(List.of(Moment.values()));
            Collections.shuffle(order, random);
            order.remove(moment);
            order.remove(Moment.SOME_TIME_OF_WORK);
            order.forEach(step -> bringTo(step, story));
            CompletableFuture<Void> callers = bringTo(moment, story);

            kill(victim);
            callers.join();
            held.forEach(call -> {
                if (random.nextBoolean()) {
                    call.goOn();
                } else {
                    call.drop();
                }
            });
            comeBack(victim);

            nothingIsLost(all.stream().filter(asked -> asked.story.equals(story)).toList());
        }

        /** Brings one action of each type to this step. */
        private CompletableFuture<Void> bringTo(Moment step, String story) {
            for (Type type : Type.values()) {
                switch (step) {
                    case A_SUBMISSION_WAS_ANSWERED -> submit(type, story);
                    case AN_APPROVAL_WAS_ANSWERED -> approve(submit(type, story));
                    case A_CALL_WENT_OUT -> hold(submit(type, story), Point.BEFORE_EFFECT);
                    case AN_EFFECT_TOOK_PLACE -> hold(submit(type, story), Point.AFTER_EFFECT);
                    case A_CALL_WAS_ANSWERED -> {
                        Asked asked = submit(type, story);
                        approve(asked);
                        sink.awaitAnswer(asked.id);
                    }
                    case SOME_TIME_OF_WORK -> {
                        return work(story);
                    }
                }
            }
            return CompletableFuture.completedFuture(null);
        }

        private void hold(Asked asked, Point point) {
            Hold hold = sink.hold(asked.id, point);
            held.add(hold);
            approve(asked);
            hold.awaitReached();
        }

        private Asked submit(Type type, String story) {
            Asked asked = asked(type, story);
            Answer answer = service.api().submit(type, asked.key);
            assertThat(answer.status()).as("%s: %s", asked, answer.body()).isEqualTo(201);
            asked.id = answer.text("id");
            asked.submitted = true;
            return asked;
        }

        private Asked asked(Type type, String story) {
            Asked asked = new Asked(type, "kill-" + all.size(), story);
            all.add(asked);
            return asked;
        }

        private void approve(Asked asked) {
            Answer answer = service.api().approve(asked.id);
            assertThat(answer.status()).as("%s: %s", asked, answer.body()).isEqualTo(200);
            asked.approved = true;
        }

        /** Callers go on while the kill comes; what is not answered may have happened or not. Returns at some moment in between. */
        private CompletableFuture<Void> work(String story) {
            Api api = service.api();
            List<Asked> wanted = IntStream.range(0, 12).mapToObj(n -> asked(Type.values()[n % 2], story)).toList();
            CompletableFuture<?>[] callers = IntStream.range(0, 2).mapToObj(caller -> CompletableFuture.runAsync(() -> {
                for (int n = caller; n < wanted.size(); n += 2) {
                    attempt(api, wanted.get(n));
                }
            })).toArray(CompletableFuture[]::new);
            int millis = random.nextInt(1_000);
            CompletableFuture.runAsync(() -> { }, CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)).join();
            return CompletableFuture.allOf(callers);
        }

        private static void attempt(Api api, Asked asked) {
            try {
                Answer answer = api.submit(asked.type, asked.key);
                if (answer.succeeded()) {
                    asked.id = answer.text("id");
                    asked.submitted = true;
                    asked.approved = api.approve(asked.id).succeeded();
                }
            } catch (UncheckedIOException unanswered) {
                // Nobody promised anything.
            }
        }

        private void kill(Victim victim) {
            if (victim != Victim.DATABASE) {
                service.kill();
            }
            if (victim != Victim.SERVICE) {
                service.killDatabase();
            }
        }

        private void comeBack(Victim victim) {
            if (victim != Victim.DATABASE) {
                service.start();
            }
            await().atMost(Duration.ofSeconds(90)).until(() -> service.api().get(Api.ACTIONS).status() == 200);
        }

        private void nothingIsLost(List<Asked> asked) {
            for (Asked one : asked) {
                Answer repeat = whenAvailable(() -> service.api().submit(one.type, one.key));
                assertThat(repeat.status()).as("%s asked again: %s", one, repeat.body()).isEqualTo(201);
                if (one.submitted) {
                    assertThat(repeat.text("id")).as("%s asked again", one).isEqualTo(one.id);
                    assertThat(repeat.replayed()).as("%s asked again", one).isTrue();
                }
                one.id = repeat.text("id");
                if (one.approved) {
                    assertThat(repeat.text("status")).as("%s: its approval was acknowledged", one).isNotIn(UNDECIDED);
                }
            }
        }

        private Answer whenAvailable(java.util.concurrent.Callable<Answer> call) {
            return await().atMost(Duration.ofSeconds(60)).until(call, answer -> answer.status() != 503);
        }

        private void everythingEnds() {
            all.stream().filter(asked -> !asked.approved).forEach(asked -> {
                Answer answer = whenAvailable(() -> service.api().approve(asked.id));
                assertThat(answer.status()).as("%s: %s", asked, answer.body()).isIn(200, 409);
                asked.approved = true;
            });
            Map<Asked, JsonNode> ended = new HashMap<>();
            await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
                all.stream().filter(asked -> !ended.containsKey(asked)).forEach(asked -> {
                    JsonNode action = service.api().read(asked.id).body();
                    if (ENDS.contains(action.path("status").asString(""))) {
                        ended.put(asked, action);
                    }
                });
                assertThat(all).as("stuck").allMatch(ended::containsKey);
            });
            ended.forEach(this::isHonest);
            assertThat(sink.faults()).isEmpty();
            assertThat(ended.values()).as("most are done for all that")
                    .filteredOn(action -> action.path("status").asString("").equals("executed")).hasSizeGreaterThan(ended.size() / 2);
        }

        private void isHonest(Asked asked, JsonNode action) {
            long effects = sink.effects(asked.id);
            String status = action.path("status").asString("");
            assertThat(effects).as("effects of %s: %s", asked, action).isBetween(
                    status.equals("executed") ? 1L : 0L, Set.of("failed", "timed_out").contains(status) ? 0L : 1L);
        }
    }
}
