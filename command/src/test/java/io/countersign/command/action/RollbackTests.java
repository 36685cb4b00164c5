package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.EVE;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.People.VERA;
import static io.countersign.command.testing.Refusal.refused;
import static org.hamcrest.Matchers.containsString;

import io.countersign.command.action.api.ActionCommand.RequestRollback;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.settings.api.ActionSettings.Gates;
import java.util.List;
import java.util.Map;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RollbackTests {

    private final ActionFixture fixture = new ActionFixture();

    @Nested
    class Given_an_executed_action {

        private TestExecutor<Action> given() {
            return fixture.atNoon().andGiven(requested(), autoApproved(), started(1), executed(1));
        }

        @Test
        void a_person_wants_it_undone() {
            given().when(requestRollback().by(BEN)).expectEvents(rollbackRequested().by(BEN));
        }

        @Test
        void a_viewer_may_not() {
            given().when(requestRollback().by(VERA)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE))
                    .expectExceptionMessage(containsString("role analyst or higher to undo"));
        }

        @Test
        void the_agent_may_not() {
            given().when(requestRollback().by(SCOUT)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN)).expectExceptionMessage(containsString("Only a person"));
        }

        @Test
        void in_another_workspace_there_is_no_such_action() {
            given().when(requestRollback().by(EVE)).expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_FOUND)).expectExceptionMessage("There is no such action.");
        }

        @Test
        void nothing_is_undone_that_nobody_asked_to_undo() {
            given().when(startRollbackAfter(0)).expectNoEvents()
                    .expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "executed"))
                    .expectExceptionMessage(containsString("cannot start"));
        }
    }

    @Nested
    class Given_all_undoing_waits_for_approval {

        private TestExecutor<Action> given() {
            return fixture.with(new ActionSettings(ActionSettings.NONE, Map.of(), WINDOW, new Gates(false, true), List.of())).atNoon()
                    .andGiven(requested(), autoApproved(), started(1), executed(1));
        }

        @Test
        void a_person_who_comes_without_an_approval_is_refused() {
            given().when(requestRollback().by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN)).expectExceptionMessage(containsString("action:undo"));
        }

        @Test
        void the_approved_action_is_let_through() {
            given().when(new RequestRollback(ID, BEN.workspace(), BEN.id(), "wrong Ben", "another-action"))
                    .expectEvents(rollbackRequested().by(BEN));
        }
    }

    @Nested
    class Given_an_action_that_cannot_be_undone {

        @Test
        void one_without_a_way_back_is_refused() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), executed(1, false, null)).when(requestRollback().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_REVERSIBLE).telling("current_status", "executed"))
                    .expectExceptionMessage(containsString("no way back"));
        }

        @Test
        void one_that_failed_is_refused() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), failed(1)).when(requestRollback().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.ROLLBACK_CONFLICT).telling("current_status", "failed"))
                    .expectExceptionMessage(containsString("Only an executed action"));
        }

        @Test
        void one_that_is_pending_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(requestRollback().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.ROLLBACK_CONFLICT))
                    .expectExceptionMessage(containsString("this one is pending"));
        }
    }

    @Nested
    class Given_its_undoing_was_asked_for {

        private TestExecutor<Action> given() {
            return fixture.atNoon().andGiven(requested(), autoApproved(), started(1), executed(1), rollbackRequested().by(BEN));
        }

        @Test
        void it_starts_on_record() {
            given().when(startRollbackAfter(0)).expectEvents(rollbackStarted(1));
        }

        @Test
        void the_executor_is_given_the_way_back() {
            given().when(startRollbackAfter(0)).expectResultMessagePayload(undoing(1));
        }

        @Test
        void asking_twice_is_refused() {
            given().when(requestRollback().by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.ROLLBACK_CONFLICT).telling("current_status", "rolling_back"))
                    .expectExceptionMessage(containsString("is rolling_back"));
        }

        @Test
        void it_cannot_start_once_the_way_back_was_erased() {
            fixture.keyring.destroy(ID);
            given().when(startRollbackAfter(0)).expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_REVERSIBLE)).expectExceptionMessage(containsString("erased"));
        }
    }

    @Nested
    class Given_its_undoing_is_under_way {

        private TestExecutor<Action> given(java.time.Instant now) {
            return fixture.at(now).andGiven(requested(), autoApproved(), started(1), executed(1), rollbackRequested().by(BEN),
                    rollbackStarted(1));
        }

        @Test
        void the_second_starter_is_refused() {
            given(NOON).when(startRollbackAfter(0)).expectNoEvents()
                    .expectException(refused(RefusalCode.ALREADY_RESOLVED)).expectExceptionMessage(containsString("cannot start"));
        }

        @Test
        void another_attempt_is_refused_before_the_deadline() {
            given(NOON).when(startRollbackAfter(1)).expectNoEvents()
                    .expectException(refused(RefusalCode.ALREADY_RESOLVED)).expectExceptionMessage(containsString("cannot start"));
        }

        @Test
        void it_is_undone() {
            given(NOON).when(recordRolledBack(1)).expectEvents(rolledBack(1));
        }

        @Test
        void it_could_not_be_undone() {
            given(NOON).when(recordRollbackFailed(1)).expectEvents(rollbackFailed(1));
        }

        @Test
        void the_outcome_of_another_attempt_is_ignored() {
            given(NOON).when(recordRolledBack(2)).expectNoEvents();
        }

        @Test
        void the_failure_of_another_attempt_is_ignored() {
            given(NOON).when(recordRollbackFailed(2)).expectNoEvents();
        }
    }

    @Nested
    class Given_its_undoing_failed {

        private TestExecutor<Action> given() {
            return fixture.atNoon().andGiven(requested(), autoApproved(), started(1), executed(1), rollbackRequested().by(BEN),
                    rollbackStarted(1), rollbackFailed(1));
        }

        @Test
        void a_person_asks_again() {
            given().when(requestRollback().by(BEN)).expectEvents(rollbackRequested().by(BEN));
        }

        @Test
        void the_second_attempt_starts_although_the_time_of_the_first_is_not_over() {
            given().andGiven(rollbackRequested().by(BEN)).when(startRollbackAfter(1)).expectEvents(rollbackStarted(2));
        }
    }

    @Nested
    class Given_it_is_undone {

        private TestExecutor<Action> given() {
            return fixture.atNoon().andGiven(requested(), autoApproved(), started(1), executed(1), rollbackRequested().by(BEN),
                    rollbackStarted(1), rolledBack(1));
        }

        @Test
        void it_cannot_be_undone_again() {
            given().when(requestRollback().by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.ROLLBACK_CONFLICT).telling("current_status", "rolled_back"))
                    .expectExceptionMessage(containsString("is rolled_back"));
        }

        @Test
        void a_repeated_report_adds_nothing() {
            given().when(recordRolledBack(1)).expectNoEvents();
        }
    }
}
