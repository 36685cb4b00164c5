package io.countersign.command.action;

import static io.countersign.command.action.ActionFixture.switchedOff;
import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.Refusal.refused;
import static org.hamcrest.Matchers.containsString;

import io.countersign.command.action.api.ActionCommand.ReleaseAction;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionOutcomeUnknown;
import io.countersign.command.action.api.ActionEvent.ActionReleased;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.testing.Letter;
import java.time.Instant;
import java.util.List;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.test.aggregate.TestExecutor;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StartExecutionTests {

    private static final Instant LATER = NOON.plus(TIMEOUT);

    private final ActionFixture fixture = new ActionFixture();

    @Nested
    class Given_a_cleared_action {

        @Test
        void the_first_attempt_is_recorded_before_anything_leaves() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), approved().by(BEN)).when(startAfter(0)).expectEvents(started(1));
        }

        @Test
        void the_executor_is_given_the_approved_bytes_and_its_deadline() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), approved().by(BEN)).when(startAfter(0))
                    .expectResultMessagePayload(attempt(1, manual(), NOON, NOON));
        }

        @Test
        void what_the_rules_allowed_starts_too() {
            fixture.atNoon().andGiven(requested(), autoApproved()).when(startAfter(0)).expectEvents(started(1));
        }

        @Test
        void what_came_due_starts_too() {
            fixture.atNoon().andGiven(requested(), delayedUntil(NOON), cameDue()).when(startAfter(0)).expectEvents(started(1));
        }

        @Test
        void who_knows_of_another_attempt_is_refused() {
            fixture.atNoon().andGiven(requested(), autoApproved()).when(startAfter(1))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "auto_approved"))
                    .expectExceptionMessage(containsString("This attempt cannot start"));
        }

        @Test
        void it_is_blocked_when_its_type_was_switched_off_since() {
            fixture.with(switchedOff("mail:send")).atNoon().andGiven(requested(), approvalRequired(), approved().by(BEN))
                    .when(startAfter(0))
                    .expectEventsMatching(blockedAs("action_disabled")).expectResultMessagePayload(null);
        }

        @Test
        void it_is_blocked_when_its_type_is_gone() {
            fixture.with(SmallCatalogue.of(Letter.note())).atNoon().andGiven(requested(), approvalRequired(), approved().by(BEN))
                    .when(startAfter(0)).expectEventsMatching(blockedAs("action_disabled")).expectResultMessagePayload(null);
        }

        @Test
        void it_is_blocked_when_its_bytes_are_not_those_that_were_asked_for() {
            fixture.atNoon().andGiven(requestedWithOtherBytes(), approvalRequired(), approved().by(BEN)).when(startAfter(0))
                    .expectEventsMatching(blockedAs("payload_changed")).expectResultMessagePayload(null);
        }

        @Test
        void it_cannot_start_once_its_content_was_erased() {
            fixture.keyring.destroy(ID);
            fixture.atNoon().andGiven(requested(), autoApproved()).when(startAfter(0))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED))
                    .expectExceptionMessage(containsString("erased"));
        }

        @Test
        void it_is_held_while_a_kill_switch_is_thrown() {
            fixture.with(thrown(SwitchScope.EVERYTHING, "")).atNoon().andGiven(requested(), approvalRequired(), approved().by(BEN))
                    .when(startAfter(0)).expectEvents(held("everything")).expectResultMessagePayload(null);
        }

        @Test
        void a_switch_that_is_about_something_else_does_not_hold_it() {
            fixture.with(thrown(SwitchScope.CATEGORY, "payment")).atNoon().andGiven(requested(), autoApproved()).when(startAfter(0))
                    .expectEvents(started(1));
        }

        private Matcher<List<EventMessage<?>>> blockedAs(String code) {
            return exactly(some(ActionBlocked.class, e -> e.phase().equals("execution") && code.equals(e.verdict().code())));
        }
    }

    @Nested
    class Given_a_held_action {

        private static TestExecutor<Action> heldSinceNoon(ActionFixture house, Instant now) {
            return house.at(NOON).andGiven(requested(), autoApproved(), held("everything")).andGivenCurrentTime(now);
        }

        @Test
        void it_does_not_start() {
            heldSinceNoon(fixture, NOON).when(startAfter(0)).expectNoEvents()
                    .expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "held"));
        }

        @Test
        void it_goes_on_where_it_was_when_the_switch_is_released() {
            heldSinceNoon(fixture, NOON).when(new ReleaseAction(ID))
                    .expectEvents(new ActionReleased(ID, ActionStatus.AUTO_APPROVED)).expectResultMessagePayload(true);
        }

        @Test
        void it_stays_while_any_switch_stops_it() {
            heldSinceNoon(fixture.with(thrown(SwitchScope.EXECUTOR, "mail")), NOON).when(new ReleaseAction(ID))
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void it_expires_when_it_was_held_for_too_long() {
            heldSinceNoon(fixture.with(thrown(SwitchScope.EVERYTHING, "")), NOON.plus(WINDOW)).when(new ReleaseAction(ID))
                    .expectEvents(expired()).expectResultMessagePayload(true);
        }
    }

    @Nested
    class Given_an_attempt_is_under_way {

        @Test
        void no_other_attempt_starts_while_a_kill_switch_is_thrown_and_nothing_is_recorded() {
            fixture.with(thrown(SwitchScope.EVERYTHING, "")).at(LATER).andGiven(requested(), autoApproved(), started(1)).when(startAfter(1))
                    .expectNoEvents().expectException(refused(RefusalCode.FROZEN).telling("switch", "everything"));
        }

        @Test
        void the_second_starter_is_refused() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1)).when(startAfter(0))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "executing"))
                    .expectExceptionMessage(containsString("is executing"));
        }

        @Test
        void a_second_attempt_is_refused_before_the_deadline_of_the_first() {
            fixture.at(LATER.minusMillis(1)).andGiven(requested(), autoApproved(), started(1)).when(startAfter(1))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED))
                    .expectExceptionMessage(containsString("cannot start"));
        }

        @ParameterizedTest
        @EnumSource(value = ExecutionClass.class, names = {"IDEMPOTENT", "CHECKABLE"})
        void a_second_attempt_starts_after_the_deadline_where_that_is_safe(ExecutionClass safe) {
            fixture.at(LATER).andGiven(requested(manual(safe)), approvalRequired(), approved().by(BEN), started(1)).when(startAfter(1))
                    .expectEvents(started(2, LATER)).expectResultMessagePayload(attempt(2, manual(safe), LATER, LATER));
        }

        @Test
        void what_may_happen_only_once_is_never_tried_again() {
            fixture.at(LATER).andGiven(requested(manual(ExecutionClass.ONCE)), autoApproved(), started(1)).when(startAfter(1))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "executing"))
                    .expectExceptionMessage(containsString("cannot start"));
        }

        @Test
        void after_the_deadline_too_only_one_starts_the_second() {
            fixture.at(LATER).andGiven(requested(), autoApproved(), started(1), started(2, LATER)).when(startAfter(1))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED))
                    .expectExceptionMessage(containsString("cannot start"));
        }

        @Test
        void nothing_is_sent_again_when_the_type_was_switched_off_and_a_person_must_look_at_the_first_attempt() {
            fixture.with(switchedOff("mail:send")).at(LATER).andGiven(requested(), autoApproved(), started(1)).when(startAfter(1))
                    .expectEventsMatching(unknownBecause("action_disabled")).expectResultMessagePayload(null);
        }

        @Test
        void nothing_is_sent_again_when_the_bytes_are_not_those_that_were_asked_for() {
            fixture.at(LATER).andGiven(requestedWithOtherBytes(), autoApproved(), started(1)).when(startAfter(1))
                    .expectEventsMatching(unknownBecause("payload_changed")).expectResultMessagePayload(null);
        }

        private Matcher<List<EventMessage<?>>> unknownBecause(String code) {
            return exactly(some(ActionOutcomeUnknown.class, e -> e.attempt() == 1 && e.errorClass().equals(code)));
        }
    }

    @Nested
    class Given_a_person_wants_it_tried_again {

        @Test
        void the_next_attempt_starts() {
            fixture.at(LATER).andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1), resolved("retry").by(BEN))
                    .when(startAfter(1)).expectEvents(started(2, LATER));
        }
    }

    @Nested
    class Given_an_action_that_must_not_start {

        @Test
        void a_pending_one_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(startAfter(0))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "pending"))
                    .expectExceptionMessage(containsString("is pending"));
        }

        @Test
        void one_of_two_approvals_is_not_enough() {
            fixture.atNoon().andGiven(requested(approvals(2)), approvalRequired(), approvalGiven(1, 2).by(BEN)).when(startAfter(0))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "pending"))
                    .expectExceptionMessage(containsString("is pending"));
        }

        @Test
        void a_scheduled_one_is_refused_before_it_came_due() {
            fixture.atNoon().andGiven(requested(), delayedUntil(NOON)).when(startAfter(0))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "scheduled"))
                    .expectExceptionMessage(containsString("is scheduled"));
        }

        @Test
        void a_denied_one_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(BEN)).when(startAfter(0))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("decided_by", BEN.id()))
                    .expectExceptionMessage(containsString("is denied"));
        }

        @Test
        void a_blocked_one_is_refused() {
            fixture.atNoon().andGiven(requested(), blocked()).when(startAfter(0))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED))
                    .expectExceptionMessage(containsString("is blocked"));
        }

        @Test
        void an_expired_one_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), expired()).when(startAfter(0))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED))
                    .expectExceptionMessage(containsString("is expired"));
        }

        @Test
        void an_executed_one_is_refused() {
            fixture.at(LATER).andGiven(requested(), autoApproved(), started(1), executed(1)).when(startAfter(1))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "executed"))
                    .expectExceptionMessage(containsString("is executed"));
        }

        @Test
        void a_failed_one_is_refused() {
            fixture.at(LATER).andGiven(requested(), autoApproved(), started(1), failed(1)).when(startAfter(1))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED))
                    .expectExceptionMessage(containsString("is failed"));
        }

        @Test
        void one_whose_outcome_is_unknown_is_refused() {
            fixture.at(LATER).andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(startAfter(1))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED))
                    .expectExceptionMessage(containsString("is outcome_unknown"));
        }
    }
}
