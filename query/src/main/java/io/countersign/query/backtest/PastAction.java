package io.countersign.query.backtest;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.EventReader.Stored;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** An action as it was asked for and judged. */
record PastAction(ActionRequested request, Verdict verdict, Instant at) {

    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final String REQUEST_PLACE = "action.requested";
    private static final String VERDICT_PLACE = "action.verdict";

    /** Empty when these are not the two events of one append. */
    static Optional<PastAction> of(Stored first, Stored second) {
        Verdict verdict = verdict(second.payload());
        return first.payload() instanceof ActionRequested requested && verdict != null && first.aggregateId().equals(second.aggregateId())
                ? Optional.of(new PastAction(requested, verdict, first.at())) : Optional.empty();
    }

    private static @Nullable Verdict verdict(Object event) {
        return switch (event) {
            case ActionAutoApproved e -> e.verdict();
            case ActionApprovalRequired e -> e.verdict();
            case ActionDelayed e -> e.verdict();
            case ActionBlocked e -> e.verdict();
            default -> null;
        };
    }

    /** What rules saw then; empty when it was erased. */
    Optional<Facts> facts(Keyring keyring) {
        Optional<ActionContent.Request> content = keyring.open(request.content(), REQUEST_PLACE, ActionContent.Request.class);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        Verdict.Inputs inputs = verdict.inputs();
        Facts facts = Facts.request(request.actionType(), request.connector(), request.operation(), request.terms().scope(),
                request.terms().reversible(), request.origin(), content.get().target(), request.forceApproval(),
                JSON.readTree(content.get().params()), inputs == null ? at : inputs.at());
        if (inputs == null) {
            return Optional.of(facts.with("agent", Map.of("id", request.requesterId(), "kind", request.agentOwnerId() == null ? "" : "agent")));
        }
        Optional<ActionContent.Judgement> words = keyring.open(inputs.words(), VERDICT_PLACE, ActionContent.Judgement.class);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        if (Facts.of(JSON.readTree(words.get().facts())) instanceof Map<?, ?> gathered) {
            for (Map.Entry<?, ?> namespace : gathered.entrySet()) {
                if (namespace.getValue() instanceof Map<?, ?> found) {
                    facts = facts.with(String.valueOf(namespace.getKey()), found);
                }
            }
        }
        return Optional.of(facts);
    }
}
