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

import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionEvent.ActionDenied;
import io.countersign.command.action.api.Terms.Profile;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.principal.api.Role;
import io.countersign.command.testing.People;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ApproveActionTests {

    private final ActionFixture fixture = new ActionFixture();

    @Nested
    class Given_nothing_yet {

        @Test
        void there_is_nothing_to_approve() {
            fixture.atNoon().when(approve().by(BEN)).expectNoEvents()
                    .expectException(org.axonframework.modelling.command.AggregateNotFoundException.class);
        }
    }

    @Nested
    class Given_a_pending_action {

        @Test
        void an_analyst_approves_it() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approve().by(BEN)).expectEvents(approved().by(BEN));
        }

        @Test
        void the_comment_is_kept_without_its_blank_edges() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approve("  fine \n").by(BEN))
                    .expectEvents(approved("fine").by(BEN));
        }

        @Test
        void a_blank_comment_is_no_comment() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approve(" ").by(BEN)).expectEvents(approved().by(BEN));
        }

        @Test
        void a_comment_of_more_than_1000_characters_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approve("x".repeat(1_001)).by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.VALIDATION_ERROR))
                    .expectExceptionMessage(containsString("at most 1,000 characters"));
        }

        @Test
        void the_bytes_that_were_seen_are_the_bytes_that_are_approved() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approveHavingSeen(SEEN.toUpperCase()).by(BEN))
                    .expectEvents(approved().by(BEN));
        }

        @Test
        void who_saw_other_bytes_must_look_again() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approveHavingSeen(Digests.sha256("{}")).by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.STALE_VIEW).telling("current_status", "pending"))
                    .expectExceptionMessage(containsString("Load the action again"));
        }

        @Test
        void content_that_was_erased_cannot_be_approved_as_seen() {
            fixture.keyring.destroy(ID);
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approveHavingSeen(SEEN).by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED))
                    .expectExceptionMessage(containsString("erased"));
        }

        @Test
        void a_viewer_may_not_and_is_told_which_role_it_takes() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approve().by(VERA))
                    .expectNoEvents().expectException(refused(RefusalCode.INSUFFICIENT_ROLE).telling("required_role", "analyst"))
                    .expectExceptionMessage(containsString("role analyst or higher to approve"));
        }

        @Test
        void no_agent_decides_not_even_for_itself() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approve().by(SCOUT))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Agents ask"));
        }

        @Test
        void somebody_nobody_knows_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired())
                    .when(new ApproveAction(ID, People.HERE, "unknown", "api", null, null))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Only a person"));
        }

        @Test
        void a_disabled_person_is_refused() {
            fixture.among(People.all().with(People.disabled(BEN))).atNoon().andGiven(requested(), approvalRequired())
                    .when(approve().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Only a person"));
        }

        @Test
        void in_another_workspace_there_is_no_such_action() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(approve().by(EVE))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_FOUND))
                    .expectExceptionMessage("There is no such action.");
        }

        @Test
        void a_stranger_who_claims_this_workspace_has_no_role_in_it() {
            fixture.atNoon().andGiven(requested(), approvalRequired())
                    .when(new ApproveAction(ID, People.HERE, EVE.id(), "api", null, null))
                    .expectNoEvents().expectException(refused(RefusalCode.INSUFFICIENT_ROLE))
                    .expectExceptionMessage(containsString("role analyst"));
        }

        @Test
        void the_last_moment_before_the_deadline_is_in_time() {
            fixture.at(NOON.plus(WINDOW).minusMillis(1)).andGiven(requested(), approvalRequired()).when(approve().by(BEN))
                    .expectEvents(approved().by(BEN));
        }

        @Test
        void at_the_deadline_it_is_too_late_even_if_nobody_has_said_so_yet() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(), approvalRequired()).when(approve().by(BEN))
                    .expectNoEvents()
                    .expectException(refused(RefusalCode.EXPIRED).telling("current_status", "expired")
                            .telling("decided_by", "system:expiry")
                            .telling("decided_at", NOON.plus(WINDOW).toString()))
                    .expectExceptionMessage(containsString("expired"));
        }
    }

    @Nested
    class Given_somebody_was_faster {

        @Test
        void approving_twice_is_refused_and_names_the_winner() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), approved().by(ANN)).when(approve().by(BEN))
                    .expectNoEvents()
                    .expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "approved")
                            .telling("decided_by", ANN.id())
                            .telling("decided_at", NOON.toString()))
                    .expectExceptionMessage(containsString("Somebody was faster: this action is approved"));
        }

        @Test
        void approving_after_a_denial_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(ANN)).when(approve().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "denied"))
                    .expectExceptionMessage(containsString("is denied"));
        }

        @Test
        void approving_after_it_was_withdrawn_is_refused() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), cancelled().by(SCOUT)).when(approve().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("decided_by", SCOUT.id()))
                    .expectExceptionMessage(containsString("is cancelled"));
        }

        @Test
        void approving_after_it_expired_is_refused_as_expired() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), expired()).when(approve().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.EXPIRED).telling("decided_by", "system:expiry"))
                    .expectExceptionMessage(containsString("has expired"));
        }

        @Test
        void what_the_rules_blocked_cannot_be_approved() {
            fixture.atNoon().andGiven(requested(), blocked()).when(approve().by(OLGA))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("decided_by", "system:rules"))
                    .expectExceptionMessage(containsString("is blocked"));
        }

        @Test
        void what_runs_by_itself_was_never_anybodys_to_approve() {
            fixture.atNoon().andGiven(requested(), autoApproved()).when(approve().by(OLGA))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("decided_by", "system:auto"))
                    .expectExceptionMessage(containsString("auto_approved"));
        }
    }

    @Nested
    class Given_an_action_for_admins_only {

        @Test
        void an_admin_approves_it() {
            fixture.atNoon().andGiven(requested(adminOnly()), approvalRequired()).when(approve().by(ANN))
                    .expectEvents(approved().by(ANN));
        }

        @Test
        void an_analyst_may_not() {
            fixture.atNoon().andGiven(requested(adminOnly()), approvalRequired()).when(approve().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.INSUFFICIENT_ROLE).telling("required_role", "admin"))
                    .expectExceptionMessage(containsString("role admin or higher"));
        }

        @Test
        void the_admin_who_asked_needs_another_one() {
            fixture.atNoon().andGiven(requestedBy(ANN, adminOnly()), approvalRequired()).when(approve().by(ANN))
                    .expectNoEvents().expectException(refused(RefusalCode.SEPARATION_OF_DUTIES))
                    .expectExceptionMessage(containsString("somebody else must approve"));
        }

        @Test
        void another_admin_approves_what_an_admin_asked_for() {
            fixture.atNoon().andGiven(requestedBy(ANN, adminOnly()), approvalRequired()).when(approve().by(OLGA))
                    .expectEvents(approved().by(OLGA));
        }
    }

    @Nested
    class Given_a_profile_that_bars_the_one_who_answers_for_the_agent {

        private final Profile profile = new Profile(Role.ANALYST, 1, true, true, List.of(), null, null, 0);

        @Test
        void that_person_is_refused() {
            fixture.atNoon().andGiven(requested(profile(profile)), approvalRequired()).when(approve().by(ANN))
                    .expectNoEvents().expectException(refused(RefusalCode.SEPARATION_OF_DUTIES))
                    .expectExceptionMessage(containsString("somebody else must approve"));
        }

        @Test
        void anybody_else_with_the_role_approves() {
            fixture.atNoon().andGiven(requested(profile(profile)), approvalRequired()).when(approve().by(BEN))
                    .expectEvents(approved().by(BEN));
        }
    }

    @Nested
    class Given_a_profile_that_names_its_people {

        private final Profile profile = new Profile(Role.ANALYST, 1, true, false, List.of(OLGA.id()), null, null, 0);

        @Test
        void somebody_who_is_not_named_is_refused() {
            fixture.atNoon().andGiven(requested(profile(profile)), approvalRequired()).when(approve().by(ANN))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("not among the people"));
        }

        @Test
        void somebody_who_is_named_approves() {
            fixture.atNoon().andGiven(requested(profile(profile)), approvalRequired()).when(approve().by(OLGA))
                    .expectEvents(approved().by(OLGA));
        }
    }

    @Nested
    class Given_a_profile_with_a_pause_before_the_start {

        private final Profile profile = new Profile(Role.ANALYST, 1, true, false, List.of(), null, null, 90);

        @Test
        void the_approved_action_is_scheduled_for_the_end_of_the_pause() {
            fixture.atNoon().andGiven(requested(profile(profile)), approvalRequired()).when(approve().by(BEN))
                    .expectEvents(approvedFrom(NOON.plusSeconds(90)).by(BEN));
        }
    }

    @Nested
    class Given_a_profile_with_a_phrase {

        private final Profile profile = new Profile(Role.ANALYST, 1, false, false, List.of(), null, "DROP it", 0);

        private ApproveAction typing(String phrase) {
            return new ApproveAction(ID, People.HERE, BEN.id(), "api", null, null, phrase);
        }

        @Test
        void whoever_types_it_approves() {
            fixture.atNoon().andGiven(requested(profile(profile)), approvalRequired()).when(typing(" DROP it\n"))
                    .expectEventsMatching(exactly(some(ActionApproved.class)));
        }

        @Test
        void without_it_or_with_another_the_answer_tells_what_to_type() {
            for (String phrase : Arrays.asList(null, "", "drop it", "DROP  it", "DROP it!")) {
                fixture.atNoon().andGiven(requested(profile(profile)), approvalRequired()).when(typing(phrase)).expectNoEvents()
                        .expectException(refused(RefusalCode.CONFIRMATION_REQUIRED).telling("confirmation_phrase", "DROP it"));
            }
        }

        @Test
        void nobody_types_anything_to_deny() {
            fixture.atNoon().andGiven(requested(profile(profile)), approvalRequired()).when(ActionMessages.deny().by(BEN))
                    .expectEventsMatching(exactly(some(ActionDenied.class)));
        }
    }

    @Nested
    class Given_a_profile_that_lets_the_requester_decide_after_a_while {

        private final Profile profile = new Profile(Role.ANALYST, 1, true, false, List.of(), 600, null, 0);

        @Test
        void before_that_the_answer_tells_when() {
            fixture.at(NOON.minusSeconds(599)).andGiven(requestedBy(BEN, profile(profile)), approvalRequired()).andGivenCurrentTime(NOON)
                    .when(approve().by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.COOLING_OFF).telling("available_at", NOON.plusSeconds(1).toString()));
        }

        @Test
        void after_that_the_requester_approves() {
            fixture.at(NOON.minusSeconds(600)).andGiven(requestedBy(BEN, profile(profile)), approvalRequired()).andGivenCurrentTime(NOON)
                    .when(approve().by(BEN)).expectEvents(approved().by(BEN));
        }

        @Test
        void somebody_else_approves_at_once() {
            fixture.atNoon().andGiven(requestedBy(BEN, profile(profile)), approvalRequired()).when(approve().by(ANN))
                    .expectEvents(approved().by(ANN));
        }
    }

    @Nested
    class Given_two_approvals_are_needed {

        @Test
        void the_first_is_counted_and_the_action_goes_on_waiting() {
            fixture.atNoon().andGiven(requested(approvals(2)), approvalRequired()).when(approve().by(BEN))
                    .expectEvents(approvalGiven(1, 2).by(BEN));
        }

        @Test
        void the_second_by_another_person_clears_it() {
            fixture.atNoon().andGiven(requested(approvals(2)), approvalRequired(), approvalGiven(1, 2).by(BEN)).when(approve().by(ANN))
                    .expectEvents(approved().by(ANN));
        }

        @Test
        void the_same_person_counts_once() {
            fixture.atNoon().andGiven(requested(approvals(2)), approvalRequired(), approvalGiven(1, 2).by(BEN)).when(approve().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "pending"))
                    .expectExceptionMessage(containsString("another person is needed"));
        }

        @Test
        void the_requester_does_not_count() {
            fixture.atNoon().andGiven(requestedBy(BEN, approvals(2)), approvalRequired()).when(approve().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.SEPARATION_OF_DUTIES))
                    .expectExceptionMessage(containsString("somebody else"));
        }

        @Test
        void who_lost_the_role_in_between_is_not_counted_any_more() {
            fixture.among(People.all().with(People.as(BEN, Role.VIEWER))).atNoon()
                    .andGiven(requested(approvals(2)), approvalRequired(), approvalGiven(1, 2).by(BEN)).when(approve().by(ANN))
                    .expectEvents(approvalGiven(1, 2).by(ANN));
        }

        @Test
        void who_was_disabled_in_between_is_not_counted_any_more() {
            fixture.among(People.all().with(People.disabled(BEN))).atNoon()
                    .andGiven(requested(approvals(2)), approvalRequired(), approvalGiven(1, 2).by(BEN)).when(approve().by(ANN))
                    .expectEvents(approvalGiven(1, 2).by(ANN));
        }

        @Test
        void a_single_denial_ends_it() {
            fixture.atNoon().andGiven(requested(approvals(2)), approvalRequired(), approvalGiven(1, 2).by(BEN)).when(deny().by(ANN))
                    .expectEvents(denied().by(ANN));
        }

        @Test
        void time_runs_out_for_the_second_too() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(approvals(2)), approvalRequired(), approvalGiven(1, 2).by(BEN))
                    .when(approve().by(ANN))
                    .expectNoEvents().expectException(refused(RefusalCode.EXPIRED))
                    .expectExceptionMessage(containsString("expired"));
        }
    }

    @Nested
    class Given_an_approved_action_has_gone_stale {

        @Test
        void it_can_be_approved_anew() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), approved().by(BEN), goneStale()).when(approve().by(BEN))
                    .expectEvents(approved().by(BEN));
        }

        @Test
        void approvals_of_the_old_world_do_not_count() {
            fixture.at(NOON.plus(Duration.ofHours(1)))
                    .andGiven(requested(approvals(2)), approvalRequired(), approvalGiven(1, 2).by(BEN), approved().by(ANN), goneStale())
                    .when(approve().by(ANN)).expectEvents(approvalGiven(1, 2).by(ANN));
        }
    }
}
