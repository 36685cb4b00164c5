package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.EVE;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.People.VERA;
import static io.countersign.command.testing.Refusal.refused;
import static org.hamcrest.Matchers.containsString;

import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.api.RefusalCode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResolveOutcomeTests {

    private final ActionFixture fixture = new ActionFixture();

    @Nested
    class Given_nobody_knows_what_happened {

        @ParameterizedTest
        @ValueSource(strings = {"executed", "failed", "retry"})
        void a_person_finds_out(String resolution) {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(resolve(resolution).by(BEN))
                    .expectEvents(resolved(resolution).by(BEN));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "maybe", "EXECUTED"})
        void another_word_is_refused_and_the_words_are_named(String resolution) {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(resolve(resolution).by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.VALIDATION_ERROR))
                    .expectExceptionMessage("A resolution is executed, failed or retry.");
        }

        @Test
        void what_may_happen_only_once_cannot_be_tried_again() {
            fixture.atNoon().andGiven(requested(manual(ExecutionClass.ONCE)), autoApproved(), started(1), outcomeUnknown(1))
                    .when(resolve("retry").by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_RESOLVABLE))
                    .expectExceptionMessage(containsString("answer executed or failed"));
        }

        @Test
        void a_viewer_may_not() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(resolve("executed").by(VERA))
                    .expectNoEvents().expectException(refused(RefusalCode.INSUFFICIENT_ROLE))
                    .expectExceptionMessage(containsString("role analyst or higher to resolve"));
        }

        @Test
        void the_agent_may_not() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(resolve("executed").by(SCOUT))
                    .expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN))
                    .expectExceptionMessage(containsString("Only a person"));
        }

        @Test
        void in_another_workspace_there_is_no_such_action() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1)).when(resolve("executed").by(EVE))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_FOUND))
                    .expectExceptionMessage("There is no such action.");
        }
    }

    @Nested
    class Given_the_outcome_is_not_in_doubt {

        @Test
        void there_is_nothing_to_resolve_while_it_is_under_way() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1)).when(resolve("failed").by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_RESOLVABLE).telling("current_status", "executing"))
                    .expectExceptionMessage(containsString("not in doubt"));
        }

        @Test
        void resolving_twice_is_refused() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1), resolved("executed").by(BEN))
                    .when(resolve("failed").by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_RESOLVABLE).telling("current_status", "executed"))
                    .expectExceptionMessage(containsString("is executed"));
        }
    }

    @Nested
    class Given_a_person_found_out_that_it_happened {

        @Test
        void it_cannot_be_undone_because_it_left_no_way_back() {
            fixture.atNoon().andGiven(requested(), autoApproved(), started(1), outcomeUnknown(1), resolved("executed").by(BEN))
                    .when(requestRollback().by(BEN))
                    .expectNoEvents().expectException(refused(RefusalCode.NOT_REVERSIBLE))
                    .expectExceptionMessage(containsString("no way back"));
        }
    }
}
