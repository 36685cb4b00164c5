package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.BEN;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ExpireActionTests {

    private final ActionFixture fixture = new ActionFixture();

    @Nested
    class Given_a_pending_action {

        @Test
        void it_expires_at_its_deadline() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(), approvalRequired()).when(expire())
                    .expectEvents(expired()).expectResultMessagePayload(true);
        }

        @Test
        void nothing_happens_a_moment_before() {
            fixture.at(NOON.plus(WINDOW).minusMillis(1)).andGiven(requested(), approvalRequired()).when(expire())
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void half_of_the_needed_approvals_do_not_save_it() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(approvals(2)), approvalRequired(), approvalGiven(1, 2).by(BEN))
                    .when(expire())
                    .expectEvents(expired());
        }
    }

    @Nested
    class Given_somebody_was_faster {

        @Test
        void a_decided_action_does_not_expire() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(), approvalRequired(), approved().by(BEN)).when(expire())
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void an_expired_action_does_not_expire_again() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(), approvalRequired(), expired()).when(expire())
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void an_action_that_runs_by_itself_does_not_expire() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(), autoApproved()).when(expire())
                    .expectNoEvents().expectResultMessagePayload(false);
        }
    }

    @Nested
    class Given_a_stale_action {

        @Test
        void it_expires_at_its_new_deadline() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(), approvalRequired(), approved().by(BEN), goneStale()).when(expire())
                    .expectEvents(expired());
        }
    }

    @Nested
    class Given_a_scheduled_action {

        private final Duration delay = Duration.ofSeconds(30);

        @Test
        void it_comes_due_at_its_time() {
            fixture.at(NOON.plus(delay)).andGiven(requested(), delayedUntil(NOON.plus(delay))).when(startDue())
                    .expectEvents(cameDue()).expectResultMessagePayload(true);
        }

        @Test
        void it_does_not_come_due_a_moment_before() {
            fixture.at(NOON.plus(delay).minusMillis(1)).andGiven(requested(), delayedUntil(NOON.plus(delay))).when(startDue())
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void it_does_not_come_due_twice() {
            fixture.at(NOON.plus(delay)).andGiven(requested(), delayedUntil(NOON.plus(delay)), cameDue()).when(startDue())
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void it_does_not_come_due_after_it_was_withdrawn() {
            fixture.at(NOON.plus(delay)).andGiven(requested(), delayedUntil(NOON.plus(delay)), cancelled().by(BEN)).when(startDue())
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void it_never_expires() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requested(), delayedUntil(NOON.plus(delay))).when(expire())
                    .expectNoEvents().expectResultMessagePayload(false);
        }
    }
}
