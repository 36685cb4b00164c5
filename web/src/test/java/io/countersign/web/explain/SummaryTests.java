package io.countersign.web.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.principal.api.Role;
import io.countersign.query.action.api.ActionRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SummaryTests {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Map<String, String> NAMES = Map.of("agent", "scribe", "ann", "Ann", "bob", "Bob");

    private static String sentence(ActionStatus status, @Nullable String decision, @Nullable String by, String... votes) {
        return Summary.of(row(status, decision, by, List.of(votes)), id -> NAMES.getOrDefault(id, id));
    }

    private static ActionRow row(ActionStatus status, @Nullable String decision, @Nullable String by, List<String> votes) {
        Terms terms = new Terms("staged", Terms.ApprovalMode.MANUAL, Terms.Profile.of(Role.ANALYST, true), Terms.Execution.GATEWAY,
                Terms.ExecutionClass.ONCE, 1_000, Terms.OnTimeout.EXPIRE, true, "external", "built-in", "1");
        Verdict verdict = new Verdict(Verdict.Outcome.ALLOW, null, "It is Sunday.", 0, List.of(), null, List.of(), List.of(), 0, "enforce", List.of());
        return new ActionRow("id", "default", "email:send", "email", "send", status, false, "a@example.com", "Send mail to a@example.com", "{}",
                "sha", "digest", "agent", null, "api", null, null, NOON, null, NOON, by, by == null ? null : NOON, decision, null, 2, null, null, null, false,
                false, null, null, null, null, null, status == ActionStatus.ROLLED_BACK ? "bob" : null, null, null, null, false, terms, verdict,
                votes, null, null, null, false, null, 1, 2);
    }

    @Nested
    class Given_any_state {

        @ParameterizedTest
        @EnumSource
        void there_is_one_sentence_that_names_who_asked_for_what(ActionStatus status) {
            assertThat(sentence(status, null, null)).startsWith("scribe asked for email:send: Send mail to a@example.com; ").endsWith(".")
                    .doesNotContain("null").doesNotContain("..");
        }

        @ParameterizedTest
        @EnumSource
        void it_says_approved_only_where_somebody_approved(ActionStatus status) {
            assertThat(sentence(status, "auto_approved", "system:auto")).contains("the rules allowed it, no person was asked")
                    .doesNotContain("approved");
            assertThat(sentence(status, "approved", "ann", "ann")).contains("Ann approved it");
            assertThat(sentence(status, "approved", "system:expiry")).contains("nobody objected in time").doesNotContain("approved");
        }
    }

    @Nested
    class Given_an_end {

        @Test
        void a_no_is_a_no() {
            assertThat(sentence(ActionStatus.DENIED, "denied", "ann")).endsWith("; Ann denied it.");
            assertThat(sentence(ActionStatus.BLOCKED, "blocked", "system:auto")).endsWith("; the rules blocked it: It is Sunday.");
            assertThat(sentence(ActionStatus.EXPIRED, "expired", "system:expiry")).endsWith("; nobody decided in time, and it expired.");
            assertThat(sentence(ActionStatus.CANCELLED, "cancelled", "bob")).endsWith("; Bob withdrew it.");
        }

        @Test
        void what_was_done_and_undone_is_told_in_order() {
            assertThat(sentence(ActionStatus.ROLLED_BACK, "approved", "bob", "ann", "bob"))
                    .endsWith("; Ann and Bob approved it; it was carried out, and Bob had it undone.");
        }

        @Test
        void nobody_claims_to_know_what_nobody_knows() {
            assertThat(sentence(ActionStatus.OUTCOME_UNKNOWN, "approved", "ann", "ann"))
                    .endsWith("; it was started, and nobody knows whether it happened.");
        }
    }

    @Nested
    class Given_a_wait {

        @Test
        void it_tells_for_whom() {
            assertThat(sentence(ActionStatus.PENDING, null, null)).endsWith("; it waits for a person to decide.");
            assertThat(sentence(ActionStatus.PENDING, null, null, "ann")).endsWith("; Ann said yes, and it waits for more people.");
        }
    }
}
