package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.Refusal.refused;

import io.countersign.command.action.api.ActionCommand.ClaimWork;
import io.countersign.command.action.api.ActionCommand.ExpireLease;
import io.countersign.command.action.api.ActionEvent.ActionClaimed;
import io.countersign.command.action.api.ActionEvent.ActionHandedOut;
import io.countersign.command.action.api.ActionEvent.ActionLeaseExpired;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.testing.Letter;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ClaimWorkTests {

    private final ActionFixture fixture = new ActionFixture().with(SmallCatalogue.of(Letter.errand()));

    private TestExecutor<Action> asked() {
        return fixture.atNoon().andGivenCommands(request(SCOUT, "errand:run", PARAMS));
    }

    @Nested
    class Given_a_cleared_action_that_is_done_outside {

        @Test
        void its_start_offers_it_to_workers_and_nothing_is_done_here() {
            asked().when(startAfter(0)).expectEvents(new ActionHandedOut(ID, NOON.plus(WINDOW))).expectResultMessagePayload(null);
        }

        @Test
        void whoever_asked_for_it_does_not_do_it() {
            asked().andGivenCommands(startAfter(0)).when(new ClaimWork(ID, HERE, SCOUT.id(), 60))
                    .expectNoEvents().expectException(refused(RefusalCode.SEPARATION_OF_DUTIES));
        }

        @Test
        void people_are_no_workers() {
            asked().andGivenCommands(startAfter(0)).when(new ClaimWork(ID, HERE, ANN.id(), 60))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN));
        }

        @Test
        void it_is_nobodys_work_before_it_is_offered() {
            asked().when(new ExpireLease(ID)).expectNoEvents().expectResultMessagePayload(false);
        }
    }

    @Nested
    class Given_a_worker_that_was_not_heard_of_again {

        @Test
        void what_may_be_done_twice_is_offered_again() {
            asked().andGivenCommands(startAfter(0)).andGiven(new ActionClaimed(ID, 1, "porter", NOON.minusSeconds(1)))
                    .when(new ExpireLease(ID)).expectEvents(new ActionLeaseExpired(ID, 1, true), new ActionHandedOut(ID, NOON.plus(WINDOW)));
        }

        @Test
        void nothing_happens_while_its_time_lasts() {
            asked().andGivenCommands(startAfter(0)).andGiven(new ActionClaimed(ID, 1, "porter", NOON.plusSeconds(1)))
                    .when(new ExpireLease(ID)).expectNoEvents().expectResultMessagePayload(false);
        }
    }

    @Nested
    class Given_an_offer_that_nobody_took {

        @Test
        void it_ends_when_its_time_is_over() {
            asked().andGiven(new ActionHandedOut(ID, NOON)).when(new ExpireLease(ID)).expectEvents(new ActionLeaseExpired(ID, 0, false));
        }
    }
}
