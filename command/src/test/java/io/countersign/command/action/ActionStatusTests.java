package io.countersign.command.action;

import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.SCOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.countersign.command.action.api.ActionEvent.ApprovalReused;
import io.countersign.command.action.api.ActionEvent.ReuseRevoked;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.*;
import io.countersign.command.action.api.ActionStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ActionStatusTests {

    @Nested
    class Given_what_happened {

        @ParameterizedTest(name = "{0} after {1}: {2}")
        @MethodSource("io.countersign.command.action.ActionStatusTests#events")
        void the_status_follows(ActionEvent event, @Nullable ActionStatus before, ActionStatus after) {
            assertThat(event.statusAfter(before)).isEqualTo(after);
        }

        @Test
        void no_event_is_left_out() {
            Set<Class<?>> told = events().map(row -> row.get()[0].getClass()).collect(Collectors.toSet());
            assertThat(told).containsExactlyInAnyOrder(ActionEvent.class.getPermittedSubclasses());
        }
    }

    static Stream<Arguments> events() {
        return Stream.of(
                arguments(requested(), null, ActionStatus.PENDING),
                arguments(autoApproved(), ActionStatus.PENDING, ActionStatus.AUTO_APPROVED),
                arguments(approvalRequired(), ActionStatus.PENDING, ActionStatus.PENDING),
                arguments(delayedUntil(NOON), ActionStatus.PENDING, ActionStatus.SCHEDULED),
                arguments(blocked(), ActionStatus.PENDING, ActionStatus.BLOCKED),
                arguments(new ActionBudgetReserved(ID, List.of()), ActionStatus.AUTO_APPROVED, ActionStatus.AUTO_APPROVED),
                arguments(new ActionWitnessed(ID, "request", true, DIGEST, requested().content()), ActionStatus.PENDING, ActionStatus.PENDING),
                arguments(new ActionWitnessed(ID, "execution", true, DIGEST, requested().content()), ActionStatus.STALE, ActionStatus.STALE),
                arguments(approvalGiven(1, 2).by(BEN), ActionStatus.PENDING, ActionStatus.PENDING),
                arguments(approvalGiven(1, 2).by(BEN), ActionStatus.STALE, ActionStatus.STALE),
                arguments(approved().by(BEN), ActionStatus.PENDING, ActionStatus.APPROVED),
                arguments(approvedFrom(NOON).by(BEN), ActionStatus.PENDING, ActionStatus.SCHEDULED),
                arguments(new ActionApprovedByTimeout(ID), ActionStatus.PENDING, ActionStatus.APPROVED),
                arguments(denied().by(BEN), ActionStatus.PENDING, ActionStatus.DENIED),
                arguments(cancelled().by(SCOUT), ActionStatus.PENDING, ActionStatus.CANCELLED),
                arguments(expired(), ActionStatus.PENDING, ActionStatus.EXPIRED),
                arguments(new ActionHeld(ID, "everything", NOON), ActionStatus.APPROVED, ActionStatus.HELD),
                arguments(new ActionReleased(ID, ActionStatus.AUTO_APPROVED), ActionStatus.HELD, ActionStatus.AUTO_APPROVED),
                arguments(goneStale(), ActionStatus.APPROVED, ActionStatus.STALE),
                arguments(cameDue(), ActionStatus.SCHEDULED, ActionStatus.APPROVED),
                arguments(started(1), ActionStatus.APPROVED, ActionStatus.EXECUTING),
                arguments(executed(1), ActionStatus.EXECUTING, ActionStatus.EXECUTED),
                arguments(failed(1), ActionStatus.EXECUTING, ActionStatus.FAILED),
                arguments(timedOut(1), ActionStatus.EXECUTING, ActionStatus.TIMED_OUT),
                arguments(outcomeUnknown(1), ActionStatus.EXECUTING, ActionStatus.OUTCOME_UNKNOWN),
                arguments(resolved("executed").by(BEN), ActionStatus.OUTCOME_UNKNOWN, ActionStatus.EXECUTED),
                arguments(resolved("failed").by(BEN), ActionStatus.OUTCOME_UNKNOWN, ActionStatus.FAILED),
                arguments(resolved("retry").by(BEN), ActionStatus.OUTCOME_UNKNOWN, ActionStatus.APPROVED),
                arguments(new ActionHandedOut(ID, NOON), ActionStatus.APPROVED, ActionStatus.AWAITING_EXTERNAL),
                arguments(new ActionClaimed(ID, 1, "worker", NOON), ActionStatus.AWAITING_EXTERNAL, ActionStatus.AWAITING_EXTERNAL),
                arguments(new ActionLeaseExpired(ID, 1, true), ActionStatus.AWAITING_EXTERNAL, ActionStatus.AWAITING_EXTERNAL),
                arguments(new ActionLeaseExpired(ID, 1, false), ActionStatus.AWAITING_EXTERNAL, ActionStatus.TIMED_OUT),
                arguments(new GrantIssued(ID, NOON, 2), ActionStatus.APPROVED, ActionStatus.GRANTED),
                arguments(new GrantConsumed(ID, "scout", 1, false), ActionStatus.GRANTED, ActionStatus.GRANTED),
                arguments(new GrantConsumed(ID, "scout", 2, true), ActionStatus.GRANTED, ActionStatus.CONSUMED),
                arguments(new GrantExpired(ID), ActionStatus.GRANTED, ActionStatus.GRANT_EXPIRED),
                arguments(new GrantRevoked(ID, "ann"), ActionStatus.GRANTED, ActionStatus.REVOKED),
                arguments(new ApprovalReused(ID, "another", 1, false), ActionStatus.EXECUTED, ActionStatus.EXECUTED),
                arguments(new ReuseRevoked(ID, "ann"), ActionStatus.FAILED, ActionStatus.FAILED),
                arguments(new ContentArchived(ID, "archive-1.jsonl", "00", 3, "00"), ActionStatus.DENIED, ActionStatus.DENIED),
                arguments(new ContentErased(ID, "ann", "request", null), ActionStatus.FAILED, ActionStatus.FAILED),
                arguments(rollbackRequested().by(BEN), ActionStatus.EXECUTED, ActionStatus.ROLLING_BACK),
                arguments(rollbackStarted(1), ActionStatus.ROLLING_BACK, ActionStatus.ROLLING_BACK),
                arguments(rolledBack(1), ActionStatus.ROLLING_BACK, ActionStatus.ROLLED_BACK),
                arguments(rollbackFailed(1), ActionStatus.ROLLING_BACK, ActionStatus.ROLLBACK_FAILED));
    }

    @Nested
    class Given_a_status {

        @ParameterizedTest(name = "{0} reads {1}, older clients read {2}, of an automatic action {3}")
        @CsvSource(textBlock = """
            PENDING,           pending,           pending,     pending
            STALE,             stale,             pending,     pending
            SCHEDULED,         scheduled,         pending,     pending
            HELD,              held,              pending,     pending
            APPROVED,          approved,          approved,    approved
            AUTO_APPROVED,     auto_approved,     approved,    approved
            EXECUTING,         executing,         approved,    approved
            AWAITING_EXTERNAL, awaiting_external, approved,    approved
            GRANTED,           granted,           approved,    approved
            EXECUTED,          executed,          executed,    auto_approved
            CONSUMED,          consumed,          executed,    auto_approved
            FAILED,            failed,            failed,      failed
            TIMED_OUT,         timed_out,         timed_out,   timed_out
            OUTCOME_UNKNOWN,   outcome_unknown,   failed,      failed
            DENIED,            denied,            denied,      denied
            EXPIRED,           expired,           timed_out,   timed_out
            CANCELLED,         cancelled,         denied,      denied
            BLOCKED,           blocked,           denied,      denied
            GRANT_EXPIRED,     grant_expired,     timed_out,   timed_out
            REVOKED,           revoked,           denied,      denied
            ROLLING_BACK,      rolling_back,      executed,    auto_approved
            ROLLED_BACK,       rolled_back,       rolled_back, rolled_back
            ROLLBACK_FAILED,   rollback_failed,   executed,    auto_approved
            """)
        void its_names_on_the_wire_are_fixed(ActionStatus status, String wire, String legacy, String legacyAutomatic) {
            assertThat(status.wire()).isEqualTo(wire);
            assertThat(status.legacy(false)).isEqualTo(legacy);
            assertThat(status.legacy(true)).isEqualTo(legacyAutomatic);
        }

        @Test
        void only_what_waits_for_a_person_can_be_decided() {
            assertThat(Arrays.stream(ActionStatus.values()).filter(ActionStatus::isDecidable))
                    .containsExactly(ActionStatus.PENDING, ActionStatus.STALE);
        }

        @Test
        void nothing_that_has_begun_or_ended_can_be_withdrawn() {
            assertThat(Arrays.stream(ActionStatus.values()).filter(ActionStatus::isCancellable))
                    .containsExactly(ActionStatus.PENDING, ActionStatus.STALE, ActionStatus.SCHEDULED);
        }

        @Test
        void what_is_settled_is_neither_decidable_nor_cancellable_nor_cleared() {
            assertThat(Arrays.stream(ActionStatus.values()).filter(ActionStatus::isSettled))
                    .noneMatch(status -> status.isDecidable() || status.isCancellable() || status.isCleared());
        }
    }
}
