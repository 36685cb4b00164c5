package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.PlainKeyring.sealed;
import static io.countersign.command.testing.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.Look;
import io.countersign.command.action.api.ActionCommand.LookAtAction;
import io.countersign.command.action.api.ActionCommand.StartExecution;
import io.countersign.command.action.api.ActionCommand.WitnessAction;
import io.countersign.command.action.api.ActionContent.Drift;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionEvent.ActionGoneStale;
import io.countersign.command.action.api.ActionEvent.ActionWitnessed;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.api.RefusalCode;
import java.time.Instant;
import java.util.List;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WitnessActionTests {

    private static final Observation ONE = Observation.of("orders", List.of(new Fact("rows", "3"), new Fact("head", "abc")));
    private static final Observation OTHER = Observation.of("orders", List.of(new Fact("rows", "4"), new Fact("head", "abc")));
    private static final Observation DARK = Observation.unseen("orders", "Nobody answered.");

    private final ActionFixture fixture = new ActionFixture();

    private static ActionWitnessed witnessed(String phase, Observation observation) {
        return new ActionWitnessed(ID, phase, observation.unseen() == null, digest(observation), sealed(ID, Action.WITNESSED, observation));
    }

    private static String digest(Observation observation) {
        return Digests.salted(SALT, Submission.JSON.writeValueAsString(observation));
    }

    private static StartExecution startHavingSeen(Observation seen) {
        return new StartExecution(ID, 0, NODE, VERSION, seen);
    }

    private static ActionGoneStale stale(Instant at, String... differences) {
        return new ActionGoneStale(ID, at.plus(WINDOW), sealed(ID, Action.STALE, new Drift(List.of(differences))));
    }

    private static ActionApproved approvedOn(Observation seen) {
        ActionApproved plain = approved().by(BEN);
        return new ActionApproved(ID, plain.approverId(), null, plain.channel(), DIGEST, digest(seen), null, plain.remark());
    }

    @Nested
    class Given_an_action_that_waits_for_a_person {

        private TestExecutor<Action> waiting() {
            return fixture.atNoon().andGiven(requested(), approvalRequired());
        }

        @Test
        void an_executor_is_told_what_to_look_at_and_nothing_is_recorded() {
            waiting().when(new LookAtAction(ID)).expectNoEvents().expectResultMessagePayloadMatching(org.axonframework.test.matchers.Matchers
                    .matches(answer -> answer instanceof Look look && look.attempt().params().equals(PARAMS) && look.attempt().attempt() == 1));
        }

        @Test
        void what_was_seen_is_on_record() {
            waiting().when(new WitnessAction(ID, ONE)).expectEvents(witnessed("request", ONE));
        }

        @Test
        void that_it_could_not_be_looked_at_is_on_record() {
            waiting().when(new WitnessAction(ID, DARK)).expectEvents(witnessed("request", DARK));
        }

        @Test
        void it_can_be_decided_before_anybody_looked() {
            waiting().when(approve().by(BEN)).expectEvents(approved().by(BEN));
        }

        @Test
        void it_is_looked_at_once() {
            waiting().andGiven(witnessed("request", ONE)).when(new LookAtAction(ID)).expectNoEvents().expectResultMessagePayload(null);
        }

        @Test
        void a_second_finding_is_passed_over() {
            waiting().andGiven(witnessed("request", ONE)).when(new WitnessAction(ID, OTHER)).expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void a_finding_that_comes_after_the_decision_is_passed_over() {
            waiting().andGiven(approved().by(BEN)).when(new WitnessAction(ID, ONE)).expectNoEvents();
        }

        @Test
        void the_approval_says_what_had_been_seen() {
            waiting().andGiven(witnessed("request", ONE)).when(approve().by(BEN)).expectEvents(approvedOn(ONE));
        }

        @Test
        void who_was_shown_something_else_looks_again() {
            waiting().andGiven(witnessed("request", ONE)).when(seeing(digest(OTHER))).expectNoEvents().expectException(refused(RefusalCode.STALE_VIEW));
        }

        @Test
        void who_was_shown_nothing_and_says_so_looks_again() {
            waiting().andGiven(witnessed("request", ONE)).when(seeing("")).expectNoEvents().expectException(refused(RefusalCode.STALE_VIEW));
        }

        @Test
        void who_was_shown_it_may_approve() {
            waiting().andGiven(witnessed("request", ONE)).when(seeing(digest(ONE))).expectEvents(approvedOn(ONE));
        }

        private static ApproveAction seeing(String digest) {
            return new ApproveAction(ID, HERE, BEN.id(), "console", null, null, null, digest);
        }
    }

    @Nested
    class Given_an_approval_of_what_was_seen {

        private TestExecutor<Action> cleared() {
            return fixture.atNoon().andGiven(requested(), approvalRequired(), witnessed("request", ONE), approvedOn(ONE));
        }

        @Test
        void it_does_not_start_before_somebody_looked_again() {
            cleared().when(startAfter(0)).expectNoEvents().expectResultMessagePayloadMatching(org.axonframework.test.matchers.Matchers
                    .matches(Look.class::isInstance));
        }

        @Test
        void it_starts_when_nothing_has_changed() {
            cleared().when(startHavingSeen(ONE)).expectEvents(witnessed("execution", ONE), started(1));
        }

        @Test
        void it_waits_for_a_person_again_when_something_has_and_names_it() {
            cleared().when(startHavingSeen(OTHER)).expectEvents(stale(NOON, "rows was 3, is now 4"), witnessed("execution", OTHER))
                    .expectResultMessagePayload(null);
        }

        @Test
        void it_waits_for_a_person_again_when_it_cannot_be_looked_at() {
            cleared().when(startHavingSeen(DARK))
                    .expectEvents(stale(NOON, "It could not be looked at again: Nobody answered."), witnessed("execution", DARK));
        }

        @Test
        void what_was_tried_already_is_not_looked_at_again() {
            fixture.atNoon().andGiven(requested(manual(ExecutionClass.IDEMPOTENT)), approvalRequired(), witnessed("request", ONE), approvedOn(ONE), witnessed("execution", ONE),
                    started(1)).andGivenCurrentTime(NOON.plus(TIMEOUT)).when(startAfter(1)).expectEvents(started(2, NOON.plus(TIMEOUT)));
        }
    }

    @Nested
    class Given_that_the_world_changed {

        private TestExecutor<Action> changed(Observation now, Object... more) {
            return fixture.atNoon().andGiven(requested(), approvalRequired(), witnessed("request", ONE), approvedOn(ONE),
                    stale(NOON, "rows was 3, is now 4"), witnessed("execution", now)).andGiven(more);
        }

        @Test
        void a_person_decides_on_what_it_is_now() {
            changed(OTHER).when(approve().by(BEN)).expectEvents(approvedOn(OTHER));
        }

        @Test
        void it_starts_when_it_is_still_what_was_approved_the_second_time() {
            changed(OTHER, approvedOn(OTHER)).when(startHavingSeen(OTHER)).expectEvents(witnessed("execution", OTHER), started(1));
        }

        @Test
        void it_expires_by_its_new_deadline() {
            changed(OTHER).andGivenCurrentTime(NOON.plus(WINDOW)).when(expire()).expectEvents(expired());
        }

        @Test
        void who_approves_what_cannot_be_looked_at_lets_it_start_so() {
            changed(DARK, approvedOn(DARK)).when(startHavingSeen(DARK)).expectEvents(witnessed("execution", DARK), started(1));
        }

        @Test
        void what_can_be_looked_at_again_must_still_be_what_was_seen_last() {
            changed(DARK, approvedOn(DARK)).when(startHavingSeen(OTHER))
                    .expectEvents(stale(NOON, "rows was 3, is now 4"), witnessed("execution", OTHER));
        }
    }

    @Nested
    class Given_nothing_was_ever_seen {

        @Test
        void who_approved_that_lets_it_start() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), witnessed("request", DARK), approvedOn(DARK)).when(startAfter(0))
                    .expectEvents(started(1));
        }

        @Test
        void what_the_rules_allowed_is_not_looked_at() {
            fixture.atNoon().andGiven(requested(), autoApproved()).when(startAfter(0)).expectEvents(started(1));
        }
    }

    @Test
    void a_difference_is_one_sentence_for_each_fact() {
        Observation more = Observation.of("orders", List.of(new Fact("rows", "3"), new Fact("owner", "Ann")));
        assertThat(ONE.differencesTo(ONE)).isEmpty();
        assertThat(ONE.differencesTo(more)).containsExactly("head was abc, is now not there", "owner was not there, is now Ann");
    }
}
