package io.countersign.executors.execution;

import static io.countersign.executors.execution.CommandSide.CHECKABLE;
import static io.countersign.executors.execution.CommandSide.IDEMPOTENT;
import static io.countersign.executors.execution.CommandSide.ONCE;
import static io.countersign.executors.execution.CommandSide.STAGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionCommand.RecordExecuted;
import io.countersign.command.action.api.ActionCommand.RequestRollback;
import io.countersign.command.action.api.ActionCommand.ResolveOutcome;
import io.countersign.command.action.api.ActionCommand.StartExecution;
import io.countersign.command.action.api.ActionCommand.StartRollback;
import io.countersign.command.action.api.ActionEvent.ActionExpired;
import io.countersign.command.action.api.ActionEvent.ActionOutcomeUnknown;
import io.countersign.command.action.api.ActionEvent.ExecutionStarted;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.Refused;
import io.countersign.executors.ExecutionOutcome.Unknown;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ReconcilerTests {

    private static final Duration PAST_JUDGEMENT = Duration.ofMinutes(10);

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
    class Given_an_attempt_whose_node_died {

        @Test
        void an_idempotent_one_is_done_again() {
            String id = died(IDEMPOTENT);
            ScriptedExecutor executor = new ScriptedExecutor(IDEMPOTENT);
            side.node("n2", executor);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).containsExactly(id + "/2");
        }

        @Test
        void one_that_happened_is_found_and_not_done_again() {
            String id = died(CHECKABLE);
            ScriptedExecutor executor = new ScriptedExecutor(CHECKABLE).looksUp((attempt, it) -> ScriptedExecutor.DONE);
            side.node("n2", executor);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).isEmpty();
        }

        @Test
        void one_that_did_not_happen_is_done() {
            String id = died(CHECKABLE);
            ScriptedExecutor executor = new ScriptedExecutor(CHECKABLE).looksUp((attempt, it) -> null);
            side.node("n2", executor);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).containsExactly(id + "/2");
        }

        @Test
        void one_that_cannot_be_looked_up_is_for_a_person_after_some_tries() {
            String id = died("test:quick-checkable");
            ScriptedExecutor executor = new ScriptedExecutor("test:quick-checkable")
                    .looksUp((attempt, it) -> new Unknown("cannot_ask", "No answer."));
            side.node("n2", executor);
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
            assertThat(side.events(id, ActionOutcomeUnknown.class).getFirst().errorClass()).isEqualTo("cannot_ask");
            assertThat(side.events(id, ExecutionStarted.class)).hasSize(CommandSide.BRISK.checkableAttempts());
            assertThat(executor.effectsOf(id)).isEmpty();
        }

        @Test
        void one_that_can_only_be_done_once_is_for_a_person() {
            String id = died(ONCE);
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            side.node("n2", executor);
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
            assertThat(executor.effectsOf(id)).isEmpty();
        }

        @Test
        void its_own_late_word_is_still_taken() {
            String id = died(ONCE);
            side.node("n2", new ScriptedExecutor(ONCE));
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
            side.send(new RecordExecuted(id, 1, false, false, null, null));
            assertThat(side.status(id)).isEqualTo(ActionStatus.EXECUTED);
        }

        @Test
        void it_is_not_judged_before_its_time() {
            String id = side.ask(ONCE);
            started(id);
            side.node("n2", new ScriptedExecutor(ONCE));
            await().during(Duration.ofMillis(600)).atMost(CommandSide.TIMEOUT)
                    .until(() -> side.status(id) == ActionStatus.EXECUTING);
            side.clock.advance(PAST_JUDGEMENT);
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
        }

        @Test
        void a_person_may_have_it_tried_again_where_that_is_safe() {
            String id = died("test:quick-checkable");
            ScriptedExecutor executor = new ScriptedExecutor("test:quick-checkable")
                    .looksUp((attempt, it) -> new Unknown("cannot_ask", "No answer."));
            side.node("n2", executor);
            side.awaitStatus(id, ActionStatus.OUTCOME_UNKNOWN);
            executor.looksUp((attempt, it) -> null);
            side.send(new ResolveOutcome(id, "default", side.owner(), "retry", null));
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).hasSize(1);
        }

        private String died(String type) {
            String id = side.ask(type);
            started(id);
            side.clock.advance(PAST_JUDGEMENT);
            return id;
        }
    }

    @Nested
    class Given_a_node_that_was_paused {

        @Test
        void it_does_not_begin_what_others_have_judged() throws InterruptedException {
            String id = side.ask(ONCE);
            Attempt attempt = started(id);
            side.clock.advance(PAST_JUDGEMENT);
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            var verdict = new AttemptRunner(side.clock, CommandSide.BRISK).run(attempt, left -> executor.effect(attempt));
            assertThat(verdict).isPresent();
            assertThat(executor.effectsOf(id)).isEmpty();
        }

        @Test
        void its_task_is_taken_over_and_it_finds_the_attempt_gone() throws InterruptedException {
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            side.node("n2", executor);
            String id = side.ask(ONCE);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(new Commands(side.gateway()).send(new StartExecution(id, 0, "n1", "v"), Attempt.class)).isEmpty();
            assertThat(executor.effectsOf(id)).hasSize(1);
        }
    }

    @Nested
    class Given_work_that_lost_its_task {

        @Test
        void actions_cleared_before_the_automation_ever_ran_are_done() {
            List<String> ids = IntStream.range(0, 20).mapToObj(i -> side.ask(ONCE)).toList();
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            side.node("n3", executor);
            ids.forEach(id -> side.awaitStatus(id, ActionStatus.EXECUTED));
            assertThat(ids).allSatisfy(id -> assertThat(executor.effectsOf(id)).hasSize(1));
        }

        @Test
        void a_task_that_a_dead_node_of_this_name_had_taken_is_given_back_at_start() {
            String id = side.ask(ONCE);
            Tasks tasks = new Tasks(side.database().jdbc());
            tasks.add(Tasks.EXECUTE, new Tasks.Key(id, 1), side.clock.instant());
            side.database().jdbc().sql("""
                    update executors.scheduled_tasks set picked = true, picked_by = 'n4', last_heartbeat = now() + interval '1 day'
                    where task_instance = ?""").params(id + "/1").update();
            side.node("n4", new ScriptedExecutor(ONCE));
            side.awaitStatus(id, ActionStatus.EXECUTED);
        }

        @Test
        void it_goes_on_by_itself_when_the_database_is_whole_again() {
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            side.node("n5", executor);
            JdbcClient owner = JdbcClient.create(side.database().ownerDataSource());
            owner.sql("alter table executors.work rename to work_away").update();
            owner.sql("alter table executors.scheduled_tasks rename to scheduled_tasks_away").update();
            String id = side.ask(ONCE);
            await().during(Duration.ofMillis(1_500)).atMost(CommandSide.TIMEOUT)
                    .until(() -> side.status(id) == ActionStatus.AUTO_APPROVED);
            owner.sql("alter table executors.work_away rename to work").update();
            owner.sql("alter table executors.scheduled_tasks_away rename to scheduled_tasks").update();
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(executor.effectsOf(id)).hasSize(1);
        }

        @Test
        void an_undoing_whose_node_died_has_failed_and_can_be_asked_for_again() {
            ScriptedExecutor executor = new ScriptedExecutor(ONCE);
            side.node("n5", executor);
            String id = side.ask(ONCE);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            side.stopNodes();
            side.send(new RequestRollback(id, "default", side.owner(), null));
            side.send(new StartRollback(id, 0, "dead"));
            side.clock.advance(PAST_JUDGEMENT);
            side.node("n5", executor);
            side.awaitStatus(id, ActionStatus.ROLLBACK_FAILED);
            side.send(new RequestRollback(id, "default", side.owner(), null));
            side.awaitStatus(id, ActionStatus.ROLLED_BACK);
            assertThat(executor.rollbacksOf(id)).containsExactly(id + "/2");
        }
    }

    @Nested
    class Given_a_request_that_nobody_decides {

        @Test
        void it_expires_when_its_time_is_up_and_not_before() {
            side.node("n6");
            String id = side.ask(STAGED);
            side.clock.advance(Duration.ofHours(23));
            await().during(Duration.ofMillis(300)).atMost(CommandSide.TIMEOUT).until(() -> side.status(id) == ActionStatus.PENDING);
            side.clock.advance(Duration.ofHours(2));
            side.awaitStatus(id, ActionStatus.EXPIRED);
        }

        @Test
        void the_deadline_survives_a_restart() {
            Execution first = side.node("n6");
            String id = side.ask(STAGED);
            await().atMost(CommandSide.TIMEOUT).until(() -> side.openWork(id) == 1);
            first.stop();
            side.clock.advance(Duration.ofHours(25));
            side.node("n6");
            side.awaitStatus(id, ActionStatus.EXPIRED);
        }

        @Test
        void it_expires_once_however_many_nodes_look() throws InterruptedException {
            side.node("n6");
            side.node("n7");
            Execution third = side.node("n8");
            List<String> ids = IntStream.range(0, 20).mapToObj(i -> side.ask(STAGED)).toList();
            await().atMost(CommandSide.TIMEOUT).until(() -> ids.stream().allMatch(id -> side.openWork(id) == 1));
            side.clock.advance(Duration.ofHours(25));
            CountDownLatch denied = new CountDownLatch(1);
            Thread decider = Thread.ofVirtual().start(() -> {
                ids.forEach(this::denyUnlessLate);
                denied.countDown();
            });
            third.sweepNow();
            assertThat(denied.await(20, TimeUnit.SECONDS)).isTrue();
            decider.join();
            ids.forEach(id -> side.awaitStatus(id, ActionStatus.EXPIRED));
            assertThat(ids).allSatisfy(id -> assertThat(side.events(id, ActionExpired.class)).hasSize(1));
        }

        @Test
        void a_sweep_says_how_many_it_expired() {
            ExecutionSettings sleepy = new ExecutionSettings(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1),
                    Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 1);
            Execution node = side.node("n9", sleepy);
            String id = side.ask(STAGED);
            await().atMost(CommandSide.TIMEOUT).until(() -> side.openWork(id) == 1);
            side.clock.advance(Duration.ofHours(25));
            assertThat(node.sweepNow()).isEqualTo(1);
            assertThat(node.sweepNow()).isZero();
            assertThat(side.status(id)).isEqualTo(ActionStatus.EXPIRED);
        }

        private void denyUnlessLate(String id) {
            try {
                side.send(new DenyAction(id, "default", side.owner(), "api", null));
            } catch (Refused late) {
                assertThat(late.code().code()).isIn("expired", "already_resolved");
            }
        }
    }

    /** Begins the first attempt, as a node would that dies right after. */
    private static Attempt started(String id) {
        return new Commands(side.gateway()).send(new StartExecution(id, 0, "dead", "v"), Attempt.class).orElseThrow();
    }
}
