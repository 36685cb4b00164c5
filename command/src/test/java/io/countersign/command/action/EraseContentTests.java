package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.EVE;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.Refusal.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.countersign.command.action.api.ActionCommand.EraseContent;
import io.countersign.command.action.api.ActionCommand.EraseOldContent;
import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent.ActionExecuted;
import io.countersign.command.action.api.ActionEvent.ContentErased;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.testing.PlainKeyring;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EraseContentTests {

    private static final String REASON = "request 17";

    private final ActionFixture fixture = new ActionFixture();

    private static EraseContent erase(Principal by, @Nullable String reason) {
        return new EraseContent(ID, by.workspace(), by.id(), reason, "request");
    }

    private static ContentErased erased() {
        return new ContentErased(ID, ANN.id(), "request", PlainKeyring.sealed("action.content_erased/" + ID, "action.content_erased",
                new ActionContent.Remark(REASON)));
    }

    @Nested
    class Given_an_ended_action {

        @Test
        void an_admin_erases_its_content_with_a_reason_and_its_key_goes_with_it() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied("no").by(BEN)).when(erase(ANN, REASON))
                    .expectEvents(erased()).expectResultMessagePayload(true);
            assertThat(fixture.keyring.open(content(ID, PARAMS, null), "action.requested", ActionContent.Request.class)).isEmpty();
        }

        @Test
        void a_reason_is_needed() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(BEN)).when(erase(ANN, " "))
                    .expectNoEvents().expectException(refused(RefusalCode.VALIDATION_ERROR));
        }

        @Test
        void an_analyst_may_not() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(BEN)).when(erase(BEN, REASON))
                    .expectNoEvents().expectException(refused(RefusalCode.INSUFFICIENT_ROLE));
        }

        @Test
        void an_agent_may_not() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(BEN)).when(erase(SCOUT, REASON))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN));
        }

        @Test
        void in_another_workspace_there_is_no_such_action() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(BEN)).when(erase(EVE, REASON))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_FOUND));
        }

        @Test
        void retention_erases_it_when_nothing_has_happened_for_long_enough() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(BEN)).when(new EraseOldContent(ID, NOON))
                    .expectEvents(new ContentErased(ID, "system:retention", "retention", null));
        }

        @Test
        void retention_leaves_what_is_younger() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(BEN))
                    .when(new EraseOldContent(ID, NOON.minus(Duration.ofDays(1)))).expectNoEvents().expectResultMessagePayload(false);
        }
    }

    @Nested
    class Given_an_action_that_has_not_ended {

        @Test
        void its_content_is_still_needed() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(erase(ANN, REASON))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_ERASABLE)).expectExceptionMessage(containsString("pending"));
        }

        @Test
        void one_with_an_unknown_outcome_counts_as_such() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(erase(ANN, REASON))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_ERASABLE));
        }

        @Test
        void retention_leaves_it_however_old() {
            fixture.atNoon().andGiven(requested(), approvalRequired()).when(new EraseOldContent(ID, NOON.plus(Duration.ofDays(9_999))))
                    .expectNoEvents();
        }
    }

    @Nested
    class Given_an_erased_action {

        @Test
        void erasing_again_changes_nothing() {
            fixture.atNoon().andGiven(requested(), approvalRequired(), denied().by(BEN), erased()).when(erase(ANN, REASON))
                    .expectNoEvents().expectResultMessagePayload(false);
        }

        @Test
        void it_cannot_be_undone_any_more() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), executed(1), erased()).when(requestRollback().by(ANN))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_REVERSIBLE));
        }

        @Test
        void an_outcome_that_comes_late_is_recorded_without_its_words() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), timedOut(1), erased()).when(recordExecutedWithoutWayBack(1))
                    .expectEvents(new ActionExecuted(ID, 1, false, false, false, new Sealed(ID, "")));
        }
    }

}
