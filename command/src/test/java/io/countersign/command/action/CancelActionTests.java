package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.EVE;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.People.OLGA;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.Refusal.refused;
import static org.hamcrest.Matchers.containsString;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.principal.api.Principal.Agent;
import io.countersign.command.testing.People;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CancelActionTests {

    private static final Agent ROVER = new Agent("rover", HERE, "Rover", OLGA.id(), true, List.of(), Instant.EPOCH);

    private final ActionFixture fixture = new ActionFixture();

    @Nested
    class Given_a_pending_action {

        @Test
        void the_agent_that_asked_withdraws_it() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(cancel("changed my mind").by(SCOUT))
                    .expectEvents(cancelled("changed my mind").by(SCOUT));
        }

        @Test
        void the_person_who_answers_for_the_agent_withdraws_it() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(cancel().by(ANN)).expectEvents(cancelled().by(ANN));
        }

        @Test
        void an_admin_withdraws_it() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(cancel().by(OLGA)).expectEvents(cancelled().by(OLGA));
        }

        @Test
        void the_requester_who_may_not_decide_may_still_withdraw() {
            fixture.atNoon().andGiven(requestedBy(ANN, adminOnly()), approvalRequired()).when(cancel().by(ANN))
                    .expectEvents(cancelled().by(ANN));
        }

        @Test
        void an_analyst_who_did_not_ask_may_not() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(cancel().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.INSUFFICIENT_ROLE))
                    .expectExceptionMessage(containsString("Only the requester or an admin"));
        }

        @Test
        void another_agent_may_not() {
            fixture.among(People.all().with(ROVER)).atNoon().andGiven(requested(), approvalRequired()).when(cancel().by(ROVER))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Only a person"));
        }

        @Test
        void in_another_workspace_there_is_no_such_action() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(cancel().by(EVE))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_FOUND))
                    .expectExceptionMessage("There is no such action.");
        }

        @Test
        void a_reason_of_more_than_1000_characters_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(cancel("x".repeat(1_001)).by(SCOUT))
                    .expectNoEvents().expectException(refused(RefusalCode.VALIDATION_ERROR))
                    .expectExceptionMessage(containsString("at most 1,000 characters"));
        }
    }

    @Nested
    class Given_a_scheduled_action {

        @Test
        void it_can_be_withdrawn_until_its_time_comes() {
            fixture.atNoon().andGiven(requested(), delayedUntil(NOON.plusSeconds(60))).when(cancel().by(SCOUT))
                    .expectEvents(cancelled().by(SCOUT));
        }

        @Test
        void what_settles_after_its_approval_can_be_withdrawn() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), approvedFrom(NOON.plusSeconds(60)).by(BEN))
                    .when(cancel().by(SCOUT))
                    .expectEvents(cancelled().by(SCOUT));
        }

        @Test
        void once_its_time_has_come_it_cannot() {
            fixture.atNoon().andGiven(requested(), delayedUntil(NOON), cameDue()).when(cancel().by(SCOUT))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_CANCELLABLE).telling("current_status", "approved"))
                    .expectExceptionMessage(containsString("too late to withdraw"));
        }
    }

    @Nested
    class Given_it_is_too_late {

        @Test
        void a_cleared_action_cannot_be_withdrawn() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), approved().by(BEN)).when(cancel().by(SCOUT))
                    .expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_CANCELLABLE).telling("current_status", "approved")
                            .telling("decided_by", BEN.id()))
                    .expectExceptionMessage(containsString("too late to withdraw"));
        }

        @Test
        void at_the_deadline_expiry_has_won_even_if_nobody_has_said_so_yet() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(), approvalRequired()).when(cancel().by(SCOUT))
                    .expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_CANCELLABLE).telling("current_status", "expired")
                            .telling("decided_by", "system:expiry"))
                    .expectExceptionMessage(containsString("expired"));
        }

        @Test
        void an_action_under_way_cannot_be_withdrawn() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1)).when(cancel().by(SCOUT))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_CANCELLABLE).telling("current_status", "executing"))
                    .expectExceptionMessage(containsString("too late to withdraw"));
        }

        @Test
        void withdrawing_twice_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), cancelled().by(SCOUT)).when(cancel().by(SCOUT))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_CANCELLABLE).telling("current_status", "cancelled"))
                    .expectExceptionMessage(containsString("is cancelled"));
        }
    }
}
