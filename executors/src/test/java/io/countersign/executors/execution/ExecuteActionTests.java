package io.countersign.executors.execution;

import static io.countersign.executors.execution.CommandSide.IDEMPOTENT;
import static io.countersign.executors.execution.CommandSide.ONCE;
import static io.countersign.executors.execution.CommandSide.QUICK;
import static io.countersign.executors.execution.CommandSide.STAGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.action.api.ActionCommand.CancelAction;
import io.countersign.command.action.api.ActionCommand.RequestRollback;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionEvent.ActionFailed;
import io.countersign.command.action.api.ActionEvent.ActionOutcomeUnknown;
import io.countersign.command.action.api.ActionEvent.ActionWitnessed;
import io.countersign.command.action.api.ActionEvent.ExecutionStarted;
import io.countersign.command.action.api.ActionEvent.RollbackFailed;
import io.countersign.command.action.api.ActionEvent.RollbackStarted;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Later;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.execution.Tasks.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ExecuteActionTests {

    private static CommandSide side;

    @BeforeAll
    static void start() {
        side = new CommandSide();
    }

    @AfterAll
    static void close() {
        side.close();
    }

    @AfterEach
    void stopNodes() {
        side.stopNodes();
    }

    @Nested
    class Given_an_executor_that_can_look_at_the_world {

        private final AtomicReference<String> world = new AtomicReference<>("one");
        private final ScriptedExecutor executor = new ScriptedExecutor(STAGED)
                .sees(() -> Observation.of("the world", List.of(new Fact("state", world.get()))));

        private String asked() {
            String id = side.ask(STAGED);
            await().atMost(CommandSide.TIMEOUT).until(() -> !side.events(id, ActionWitnessed.class).isEmpty());
            return id;
        }

        @Test
        void what_looks_the_same_when_it_starts_is_done() {
            side.node("n1", executor);
            String id = asked();
            side.approve(id);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(side.events(id, ActionWitnessed.class)).extracting(ActionWitnessed::phase).containsExactly("request", "execution");
            assertThat(side.events(id, ActionWitnessed.class)).extracting(ActionWitnessed::digest).containsOnly(
                    side.events(id, ActionApproved.class).getFirst().witnessDigest());
        }

        @Test
        void what_looks_different_is_not_done_until_a_person_has_decided_on_that() {
            side.node("n1", executor);
            String id = asked();
            world.set("two");
            side.approve(id);
            side.awaitStatus(id, ActionStatus.STALE);
            assertThat(executor.effectsOf(id)).isEmpty();
            assertThat(side.events(id, ExecutionStarted.class)).isEmpty();
            side.approve(id);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).containsExactly(id + "/1");
            assertThat(side.events(id, ActionApproved.class)).as("both decisions stay on record").hasSize(2);
        }

        @Test
        void what_cannot_be_looked_at_again_is_not_done_either() {
            side.node("n1", executor);
            String id = asked();
            executor.sees(() -> {
                throw new IllegalStateException("broken");
            });
            side.approve(id);
            side.awaitStatus(id, ActionStatus.STALE);
            assertThat(executor.effectsOf(id)).isEmpty();
            side.approve(id);
            side.awaitStatus(id, ActionStatus.EXECUTED);
        }

        @Test
        void a_look_that_never_ends_is_cut_short_and_holds_up_nobody() {
            side.node("n1", executor.sees(() -> {
                new CountDownLatch(1).await();
                return null;
            }));
            String id = side.ask(STAGED);
            side.approve(id);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            String other = asked();
            assertThat(side.events(other, ActionWitnessed.class).getFirst().seen()).isFalse();
            side.send(new CancelAction(other, "default", side.owner(), null));
        }

        @Test
        void two_nodes_do_what_was_looked_at_once_each() {
            side.node("n1", executor);
            side.node("n2", executor);
            var ids = IntStream.range(0, 10).mapToObj(i -> asked()).toList();
            ids.forEach(side::approve);
            ids.forEach(id -> side.awaitStatus(id, ActionStatus.EXECUTED));
            assertThat(ids).allSatisfy(id -> assertThat(executor.effectsOf(id)).containsExactly(id + "/1"));
            assertThat(ids).allSatisfy(id -> assertThat(side.events(id, ActionWitnessed.class)).hasSize(2));
        }
    }

    @Nested
    class Given_a_cleared_action {

        @Test
        void it_is_done_once_and_the_start_is_on_record_before() {
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            side.node("n1", executor.does((attempt, it) -> {
                assertThat(side.events(attempt.actionId(), ExecutionStarted.class)).hasSize(1);
                return it.effect(attempt);
            }));
            String id = side.ask(ONCE);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).containsExactly(id + "/1");
            assertThat(side.events(id, ExecutionStarted.class).getFirst().nodeId()).isEqualTo("n1");
        }

        @Test
        void nothing_is_left_in_the_work_list_or_the_queue() {
            side.node("n1", new ScriptedExecutor(ONCE));
            String id = side.ask(ONCE);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            await().atMost(CommandSide.TIMEOUT).untilAsserted(() -> {
                assertThat(side.openWork(id)).isZero();
                assertThat(side.openTasks()).isZero();
            });
        }

        @Test
        void a_task_that_is_delivered_again_does_nothing() {
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            side.node("n1", executor);
            String id = side.ask(ONCE);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            Tasks tasks = new Tasks(side.database().jdbc());
            tasks.add(Tasks.EXECUTE, new Key(id, 1), Instant.now());
            await().atMost(CommandSide.TIMEOUT).untilAsserted(() -> assertThat(side.openTasks()).isZero());
            assertThat(executor.effectsOf(id)).hasSize(1);
        }

        @Test
        void two_nodes_do_many_actions_once_each() {
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            side.node("n1", executor);
            side.node("n2", executor);
            var ids = IntStream.range(0, 60).mapToObj(i -> side.ask(ONCE)).toList();
            ids.forEach(id -> side.awaitStatus(id, ActionStatus.EXECUTED));
            assertThat(ids).allSatisfy(id -> assertThat(executor.effectsOf(id)).containsExactly(id + "/1"));
        }

        @Test
        void a_refusal_of_the_far_side_is_a_failure() {
            side.node("n1", new ScriptedExecutor(ONCE).does((attempt, it) -> new Failed("http_4xx", "No such place.", null)));
            String id = side.ask(ONCE);
            side.awaitStatus(id, ActionStatus.FAILED);
            assertThat(side.events(id, ActionFailed.class).getFirst().errorClass()).isEqualTo("http_4xx");
        }

        @Test
        void without_an_executor_it_fails_and_says_so() {
            side.node("n1");
            String id = side.ask(ONCE);
            side.awaitStatus(id, ActionStatus.FAILED);
            assertThat(side.events(id, ActionFailed.class).getFirst().errorClass()).isEqualTo("no_executor");
        }

        @Test
        void an_executor_that_throws_leaves_a_question_for_a_person() {
            side.node("n1", new ScriptedExecutor(ONCE).does((attempt, it) -> {
                it.effect(attempt);
                throw new IllegalStateException("secret");
            }));
            String id = side.ask(ONCE);
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
            assertThat(side.events(id, ActionOutcomeUnknown.class).getFirst().errorClass()).isEqualTo("no_verdict");
        }

        @Test
        void an_idempotent_one_is_tried_again_with_the_same_bytes_when_the_executor_throws() {
            ScriptedExecutor executor = new ScriptedExecutor("test:quick-idempotent");
            side.node("n1", executor.does((attempt, it) -> {
                it.effect(attempt);
                assertThat(attempt.params()).isEqualTo("{\"n\":1}");
                if (attempt.attempt() < 3) {
                    throw new IllegalStateException();
                }
                return ScriptedExecutor.DONE;
            }));
            String id = side.ask("test:quick-idempotent");
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).containsExactly(id + "/1", id + "/2", id + "/3");
        }

        @Test
        void attempts_come_to_an_end_and_a_person_looks() {
            ScriptedExecutor executor = new ScriptedExecutor("test:quick-idempotent");
            side.node("n1", executor.does((attempt, it) -> {
                it.effect(attempt);
                throw new IllegalStateException();
            }));
            String id = side.ask("test:quick-idempotent");
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
            assertThat(executor.effectsOf(id)).hasSize(CommandSide.BRISK.idempotentAttempts());
        }

        @Test
        void a_busy_far_side_is_asked_again_within_the_same_attempt() {
            AtomicInteger calls = new AtomicInteger();
            ScriptedExecutor executor = new ScriptedExecutor(IDEMPOTENT);
            side.node("n1", executor.does((attempt, it) ->
                    calls.incrementAndGet() < 3 ? new Later(Duration.ofMillis(50), "busy") : it.effect(attempt)));
            String id = side.ask(IDEMPOTENT);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(side.events(id, ExecutionStarted.class)).hasSize(1);
            assertThat(calls).hasValue(3);
        }

        @Test
        void a_long_wait_becomes_a_new_attempt() {
            ScriptedExecutor executor = new ScriptedExecutor("test:quick-idempotent");
            side.node("n1", executor.does((attempt, it) ->
                    attempt.attempt() == 1 ? new Later(Duration.ofSeconds(1), "busy") : it.effect(attempt)));
            String id = side.ask("test:quick-idempotent");
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(side.events(id, ExecutionStarted.class)).hasSize(2);
        }
    }

    @Nested
    class Given_an_attempt_that_takes_too_long {

        @Test
        void it_is_interrupted_and_its_own_word_counts() {
            CountDownLatch interrupted = new CountDownLatch(1);
            side.node("n1", new ScriptedExecutor(QUICK).does((attempt, it) -> {
                try {
                    new CountDownLatch(1).await();
                    return it.effect(attempt);
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    return new TimedOut("Stopped before anything was sent.");
                }
            }));
            String id = side.ask(QUICK);
            side.awaitStatus(id, ActionStatus.TIMED_OUT);
            assertThat(interrupted.getCount()).isZero();
        }

        @Test
        void a_repetition_that_had_no_time_does_not_deny_what_the_first_attempt_did() {
            ScriptedExecutor executor = new ScriptedExecutor("test:quick-idempotent");
            side.node("n1", executor.does((attempt, it) -> {
                if (attempt.attempt() == 1) {
                    it.effect(attempt);
                    throw new IllegalStateException();
                }
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException timeIsUp) {
                    return AttemptRunner.nothingSent(attempt);
                }
                return it.effect(attempt);
            }));
            String id = side.ask("test:quick-idempotent");
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
            assertThat(side.events(id, ExecutionStarted.class)).hasSize(CommandSide.BRISK.idempotentAttempts());
            assertThat(side.events(id, ActionOutcomeUnknown.class).getFirst().attempt()).isEqualTo(CommandSide.BRISK.idempotentAttempts());
        }

        @Test
        void an_effect_that_ends_within_the_grace_is_an_effect() {
            side.node("n1", new ScriptedExecutor(QUICK).does((attempt, it) -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    return it.effect(attempt);
                }
                return new Unknown("never", "never");
            }));
            String id = side.ask(QUICK);
            side.awaitStatus(id, ActionStatus.EXECUTED);
        }

        @Test
        void one_that_only_stops_leaves_a_question() {
            side.node("n1", new ScriptedExecutor(QUICK).does((attempt, it) -> {
                new CountDownLatch(1).await();
                return it.effect(attempt);
            }));
            String id = side.ask(QUICK);
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
        }

        @Test
        void one_that_does_not_stop_leaves_a_question() {
            CountDownLatch end = new CountDownLatch(1);
            side.node("n1", new ScriptedExecutor(QUICK).does((attempt, it) -> {
                while (true) {
                    try {
                        end.await();
                        return it.effect(attempt);
                    } catch (InterruptedException deaf) {
                        continue;
                    }
                }
            }));
            String id = side.ask(QUICK);
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
            end.countDown();
        }
    }

    @Nested
    class Given_a_far_side_that_can_be_asked {

        @Test
        void it_is_asked_only_when_what_was_sent_in_time_must_have_arrived() {
            AtomicReference<Instant> asked = new AtomicReference<>();
            ScriptedExecutor executor = new ScriptedExecutor("test:quick-checkable");
            side.node("n1", executor.does((attempt, it) -> new Unknown("timeout", "No answer."))
                    .looksUp((attempt, it) -> {
                        asked.compareAndSet(null, side.clock.instant());
                        return ScriptedExecutor.DONE;
                    }));
            String id = side.ask("test:quick-checkable");
            side.awaitStatus(id, ActionStatus.EXECUTED);
            Instant deadline = side.events(id, ExecutionStarted.class).getFirst().deadline();
            assertThat(asked.get()).isAfterOrEqualTo(deadline.plus(CommandSide.BRISK.judgementGrace()));
        }
    }

    @Nested
    class Given_an_approved_action {

        @Test
        void approval_starts_it() {
            ScriptedExecutor executor = new ScriptedExecutor(STAGED);
            side.node("n1", executor);
            String id = side.ask(STAGED);
            assertThat(executor.effectsOf(id)).isEmpty();
            side.approve(id);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).hasSize(1);
        }
    }

    @Nested
    class Given_an_executed_action {

        @Test
        void it_is_undone_by_the_way_back_it_recorded() {
            ScriptedExecutor executor = new ScriptedExecutor(STAGED).undoes((attempt, it) -> {
                assertThat(attempt.rollback()).isEqualTo(ScriptedExecutor.DONE.rollback());
                return ScriptedExecutor.DONE;
            });
            side.node("n1", executor);
            String id = executed();
            side.send(new RequestRollback(id, "default", side.owner(), null));
            side.awaitStatus(id, ActionStatus.ROLLED_BACK);
            assertThat(executor.rollbacksOf(id)).containsExactly(id + "/1");
        }

        @Test
        void undoing_that_failed_can_be_asked_for_again() {
            ScriptedExecutor executor = new ScriptedExecutor(STAGED).undoes((attempt, it) ->
                    attempt.attempt() == 1 ? new Failed("http_5xx", "Down.", null) : ScriptedExecutor.DONE);
            side.node("n1", executor);
            String id = executed();
            side.send(new RequestRollback(id, "default", side.owner(), null));
            side.awaitStatus(id, ActionStatus.ROLLBACK_FAILED);
            assertThat(side.events(id, RollbackFailed.class).getFirst().errorClass()).isEqualTo("http_5xx");
            side.send(new RequestRollback(id, "default", side.owner(), null));
            side.awaitStatus(id, ActionStatus.ROLLED_BACK);
            assertThat(side.events(id, RollbackStarted.class)).extracting(RollbackStarted::attempt).containsExactly(1, 2);
        }

        private String executed() {
            String id = side.ask(STAGED);
            side.approve(id);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            return id;
        }
    }

    @Nested
    class Given_a_node_that_stops {

        @Test
        void what_runs_may_finish() {
            CountDownLatch begun = new CountDownLatch(1);
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            side.node("n1", executor.does((attempt, it) -> {
                begun.countDown();
                new CountDownLatch(1).await(300, java.util.concurrent.TimeUnit.MILLISECONDS);
                return it.effect(attempt);
            }));
            String id = side.ask(ONCE);
            await().atMost(CommandSide.TIMEOUT).until(() -> begun.getCount() == 0);
            side.stopNodes();
            assertThat(side.status(id)).isEqualTo(ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).hasSize(1);
        }
    }
}
