package io.countersign.web.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.query.action.api.ActionRow;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WordsTests {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Words words = new Words(NOON, ZoneOffset.UTC, new OnlyAnn());

    /** A workspace of one person. */
    private static final class OnlyAnn implements Principals {

        private static final Principal.Person ANN = new Principal.Person("ann", "default", "Ann", "ann@example.com", Role.ANALYST, true, null, NOON);

        @Override
        public Optional<Principal> byId(String id) {
            return id.equals("ann") ? Optional.of(ANN) : Optional.empty();
        }

        @Override
        public Optional<Principal.Person> byEmail(String email) {
            return Optional.empty();
        }

        @Override
        public Optional<Principal.Agent> byKeyId(String keyId) {
            return Optional.empty();
        }

        @Override
        public List<Principal.Person> people(String workspace) {
            return List.of(ANN);
        }

        @Override
        public List<Principal.Agent> agents(String workspace) {
            return List.of();
        }
    }

    private static ActionRow row(ActionStatus status, String connector, @Nullable String way, @Nullable String workerId, boolean erased) {
        var terms = new Terms("staged", Terms.ApprovalMode.MANUAL, Terms.Profile.of(Role.ANALYST, true), Terms.Execution.GATEWAY,
                Terms.ExecutionClass.ONCE, 1_000, Terms.OnTimeout.EXPIRE, true, "external", "built-in", "1");
        var verdict = new Verdict(Verdict.Outcome.REQUIRE_APPROVAL, null, null, 0, List.of(), null, List.of(), List.of(), 0, "enforce", List.of());
        var text = erased ? "erased" : "Fine with me";
        return new ActionRow("id", "default", "email:send", connector, "send", status, false, text, text, text, erased ? null : "sha", "digest",
                "agent", null, "api", text, null, NOON, null, null, "ann", NOON, "approved", text, 1, NOON, NOON, workerId, false, false, null, null,
                status == ActionStatus.TIMED_OUT && workerId != null ? "lease_expired" : null, way, null, null, null, null, null, false, terms, verdict, List.of("ann"), null, null, null, erased, null, 1, 2);
    }

    @Nested
    class Given_work_for_outside {

        @Test
        void it_waits_for_a_worker_until_one_has_taken_it() {
            var free = row(ActionStatus.AWAITING_EXTERNAL, "work", null, null, false);
            var taken = row(ActionStatus.AWAITING_EXTERNAL, "work", null, "porter", false);

            assertThat(words.status(free).word()).isEqualTo("Waiting for a worker");
            assertThat(words.aftermath(free)).isEqualTo("Not yet. It is cleared, and no worker has taken it.");
            assertThat(words.status(taken).word()).isEqualTo("With worker");
            assertThat(words.aftermath(taken)).isEqualTo("It is with somebody outside who reports back.");
        }

        @Test
        void nobody_says_that_nothing_happened_when_its_worker_was_not_heard_of_again() {
            var left = row(ActionStatus.TIMED_OUT, "work", null, "porter", false);

            assertThat(words.aftermath(left)).startsWith("Unknown.").contains("may have done it");
            assertThat(words.undoHint(left)).isEqualTo("What a worker outside may have done is not undone from here.");
        }
    }

    @Nested
    class Given_a_way_back {

        @Test
        void it_is_named_once_there_is_something_to_undo() {
            assertThat(words.undoHint(row(ActionStatus.EXECUTED, "sql", "restore_rows", null, false))).isEqualTo("There is a way back: restore_rows.");
            assertThat(words.undoHint(row(ActionStatus.ROLLBACK_FAILED, "sql", "restore_rows", null, false))).contains("restore_rows");
        }

        @Test
        void it_is_no_longer_offered_when_it_was_taken() {
            assertThat(words.undoHint(row(ActionStatus.ROLLING_BACK, "sql", "restore_rows", null, false))).isEqualTo("It is being undone now.");
            assertThat(words.undoHint(row(ActionStatus.ROLLED_BACK, "sql", "restore_rows", null, false))).isEqualTo("It is undone. Nothing is left to undo.");
        }
    }

    @Nested
    class Given_a_mail {

        @ParameterizedTest
        @EnumSource(names = {"DENIED", "BLOCKED", "EXPIRED", "CANCELLED", "FAILED", "TIMED_OUT"})
        void one_that_never_left_needs_no_undo(ActionStatus status) {
            assertThat(words.undoHint(row(status, "email", null, null, false))).isEqualTo("Nothing happened, so there is nothing to undo.");
        }

        @Test
        void one_that_left_cannot_be_recalled() {
            assertThat(words.undoHint(row(ActionStatus.EXECUTED, "email", null, null, false))).contains("cannot be recalled");
        }
    }

    @Nested
    class Given_an_erased_action {

        @Test
        void the_word_for_what_is_gone_is_no_title_and_no_quotation() {
            var gone = row(ActionStatus.EXECUTED, "email", null, null, true);

            assertThat(Words.title(gone)).isEqualTo("email:send, content erased");
            assertThat(words.said(gone)).isNull();
        }

        @Test
        void one_that_is_kept_has_both() {
            var kept = row(ActionStatus.EXECUTED, "email", null, null, false);

            assertThat(Words.title(kept)).isEqualTo("Fine with me");
            assertThat(words.said(kept)).isEqualTo("Fine with me");
        }
    }
}
