package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.BEN;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RecordOutcomeTests {

    private final ActionFixture fixture = new ActionFixture();

    @Nested
    class Given_an_attempt_is_under_way {

        @Test
        void it_happened() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1)).when(recordExecuted(1)).expectEvents(executed(1));
        }

        @Test
        void what_recorded_no_way_back_cannot_be_undone() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1)).when(recordExecutedWithoutWayBack(1))
                    .expectEvents(executed(1, false, null));
        }

        @Test
        void what_is_of_an_irreversible_type_cannot_be_undone() {
            fixture.atNoon().andGiven(requested(irreversible()), autoApproved(), started(1)).when(recordExecuted(1))
                    .expectEvents(executed(1, false, WAY_BACK));
        }

        @Test
        void it_did_not_happen() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1)).when(recordFailed(1)).expectEvents(failed(1));
        }

        @Test
        void it_took_too_long_and_did_not_happen() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1)).when(recordTimedOut(1)).expectEvents(timedOut(1));
        }

        @Test
        void nobody_knows_whether_it_happened() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1)).when(recordOutcomeUnknown(1))
                    .expectEvents(outcomeUnknown(1));
        }

        @Test
        void the_outcome_of_another_attempt_is_ignored() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), started(2)).when(recordExecuted(1)).expectNoEvents();
        }

        @Test
        void the_failure_of_another_attempt_is_ignored() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), started(2)).when(recordFailed(1)).expectNoEvents();
        }

        @Test
        void the_timeout_of_another_attempt_is_ignored() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), started(2)).when(recordTimedOut(1)).expectNoEvents();
        }

        @Test
        void the_doubt_about_another_attempt_is_ignored() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), started(2)).when(recordOutcomeUnknown(1)).expectNoEvents();
        }
    }

    @Nested
    class Given_nobody_knew_what_happened {

        @Test
        void late_news_that_it_happened_is_accepted() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(recordExecuted(1))
                    .expectEvents(executed(1));
        }

        @Test
        void late_news_that_it_did_not_happen_is_accepted() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(recordFailed(1))
                    .expectEvents(failed(1));
        }

        @Test
        void more_doubt_adds_nothing() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(recordOutcomeUnknown(1))
                    .expectNoEvents();
        }

        @Test
        void after_a_person_has_resolved_it_late_news_is_ignored() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1), resolved("failed").by(BEN))
                    .when(recordExecuted(1)).expectNoEvents();
        }
    }

    @Nested
    class Given_it_timed_out {

        @Test
        void late_news_that_it_happened_is_accepted() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), timedOut(1)).when(recordExecuted(1))
                    .expectEvents(executed(1));
        }

        @Test
        void a_second_timeout_adds_nothing() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), timedOut(1)).when(recordTimedOut(1)).expectNoEvents();
        }
    }

    @Nested
    class Given_the_outcome_is_known {

        @Test
        void the_same_outcome_again_adds_nothing() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), executed(1)).when(recordExecuted(1)).expectNoEvents();
        }

        @Test
        void what_happened_did_not_fail() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), executed(1)).when(recordFailed(1)).expectNoEvents();
        }

        @Test
        void what_failed_did_not_happen() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), failed(1)).when(recordExecuted(1)).expectNoEvents();
        }

        @Test
        void there_is_no_doubt_about_what_happened() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), executed(1)).when(recordOutcomeUnknown(1))
                    .expectNoEvents();
        }
    }

    @Nested
    class Given_it_was_never_started {

        @Test
        void no_outcome_is_believed() {
            fixture.atNoon().andGiven(requested(), autoApproved()).when(recordExecuted(0)).expectNoEvents();
        }
    }
}
