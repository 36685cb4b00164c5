package io.countersign.command.action;

import io.countersign.command.action.api.Safeguard.Opinion;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.action.api.Verdict.Step;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.settings.api.ActionSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is checked again right before an action starts. It can only be stricter than the terms it was approved on, never looser. */
final class StrictNow {

    private StrictNow() {}

    /** A verdict that blocks, or null when nothing stands in the way. */
    static @Nullable Verdict check(Optional<ActionType> type, BooleanSupplier stillOffered, String actionType, ActionSettings settings,
            boolean sameBytes, Supplier<Optional<Opinion.Block>> safeguards) {
        if (!sameBytes) {
            return block("payload_changed", "The bytes of this action are not the bytes that were asked for.");
        }
        Boolean enabled = settings.of(actionType).enabled() != null ? settings.of(actionType).enabled() : settings.defaults().enabled();
        if (type.isEmpty() || Boolean.FALSE.equals(enabled)) {
            return block("action_disabled", actionType + " has been switched off since this was approved.");
        }
        if (!stillOffered.getAsBoolean()) {
            return block("action_disabled", "The catalogue does not offer this to its requester any more.");
        }
        return safeguards.get().map(found -> block(found.code(), found.reason())).orElse(null);
    }

    private static Verdict block(String code, String reason) {
        return new Verdict(Outcome.BLOCK, code, reason, 1, List.of(), null, List.of(new Finding("before-execution", "critical", reason)),
                List.of(), 0, "enforce", List.of(new Step("before-execution", "block", reason)));
    }
}
