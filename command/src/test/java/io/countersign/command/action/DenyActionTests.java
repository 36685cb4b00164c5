package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.EVE;
import static io.countersign.command.testing.People.OLGA;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.People.VERA;
import static io.countersign.command.testing.Refusal.refused;
import static org.hamcrest.Matchers.containsString;

import io.countersign.command.action.api.Terms.Profile;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.principal.api.Role;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DenyActionTests {

    private final ActionFixture fixture = new ActionFixture();

    @Nested
    class Given_a_pending_action {

        @Test
        void an_analyst_denies_it() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(deny().by(BEN)).expectEvents(denied().by(BEN));
        }

        @Test
        void the_reason_is_kept() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(deny("not today").by(BEN))
                    .expectEvents(denied("not today").by(BEN));
        }

        @Test
        void a_reason_of_more_than_1000_characters_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(deny("x".repeat(1_001)).by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.VALIDATION_ERROR))
                    .expectExceptionMessage(containsString("at most 1,000 characters"));
        }

        @Test
        void it_can_be_denied_unseen_after_its_content_was_erased() {
            fixture.keyring.destroy(ID);
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(deny().by(BEN)).expectEvents(denied().by(BEN));
        }

        @Test
        void a_viewer_may_not() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(deny().by(VERA))
                    .expectNoEvents().expectException(refused(RefusalCode.INSUFFICIENT_ROLE).telling("required_role", "analyst"))
                    .expectExceptionMessage(containsString("role analyst or higher to deny"));
        }

        @Test
        void no_agent_decides() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(deny().by(SCOUT))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Agents ask"));
        }

        @Test
        void in_another_workspace_there_is_no_such_action() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(deny().by(EVE))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_FOUND))
                    .expectExceptionMessage("There is no such action.");
        }

        @Test
        void after_the_deadline_it_is_too_late_to_deny() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(), approvalRequired()).when(deny().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.EXPIRED).telling("current_status", "expired"))
                    .expectExceptionMessage(containsString("expired"));
        }
    }

    @Nested
    class Given_separation_of_duties {

        @Test
        void the_admin_who_asked_may_not_deny_either_but_withdraw() {
            fixture.atNoon().andGiven(requestedBy(ANN, adminOnly()), approvalRequired()).when(deny().by(ANN))
                    .expectNoEvents().expectException(refused(RefusalCode.SEPARATION_OF_DUTIES))
                    .expectExceptionMessage(containsString("You can withdraw it"));
        }

        @Test
        void the_person_who_answers_for_the_agent_may_not_deny_where_they_are_barred() {
            Profile profile = new Profile(Role.ANALYST, 1, true, true, List.of(), null, null, 0);
            fixture.atNoon().andGiven(requested(profile(profile)), approvalRequired()).when(deny().by(ANN))
                    .expectNoEvents().expectException(refused(RefusalCode.SEPARATION_OF_DUTIES))
                    .expectExceptionMessage(containsString("somebody else must deny"));
        }
    }

    @Nested
    class Given_somebody_was_faster {

        @Test
        void denying_twice_is_refused_and_names_the_winner() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(ANN)).when(deny().by(BEN))
                    .expectNoEvents()
                    .expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "denied")
                            .telling("decided_by", ANN.id()))
                    .expectExceptionMessage(containsString("Somebody was faster"));
        }

        @Test
        void what_was_approved_can_no_longer_be_denied() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), approved().by(ANN)).when(deny().by(OLGA))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "approved"))
                    .expectExceptionMessage(containsString("is approved"));
        }

        @Test
        void what_has_expired_can_no_longer_be_denied() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), expired()).when(deny().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.EXPIRED))
                    .expectExceptionMessage(containsString("has expired"));
        }

        @Test
        void what_runs_by_itself_cannot_be_denied() {
            fixture.atNoon().andGiven(requested(), autoApproved()).when(deny().by(OLGA))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED))
                    .expectExceptionMessage(containsString("auto_approved"));
        }
    }

    @Nested
    class Given_a_stale_action {

        @Test
        void it_can_be_denied() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), approved().by(BEN), goneStale()).when(deny().by(BEN))
                    .expectEvents(denied().by(BEN));
        }
    }
}
