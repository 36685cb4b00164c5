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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An action as it was asked for and judged. */
record PastAction(ActionRequested request, Verdict verdict, Instant at) {

    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final String REQUEST_PLACE = "action.requested";
    private static final String VERDICT_PLACE = "action.verdict";

    /** Which part of what was recorded rules look at. The less they need, the less has to be opened. */
    enum Need {
        /** What stands in clear. */
        OUTSIDE,
        /** The request as well. */
        REQUEST,
        /** All there is. */
        ALL
    }

    /** Empty when these are not the two events of one append. */
    static Optional<PastAction> of(Stored first, Stored second) {
        return first.aggregateId().equals(second.aggregateId()) ? of(first.payload(), second.payload(), first.at()) : Optional.empty();
    }

    /** Of the first two events of one stream. */
    static Optional<PastAction> of(Object first, Object second, Instant at) {
        Verdict verdict = verdict(second);
        return first instanceof ActionRequested requested && verdict != null ? Optional.of(new PastAction(requested, verdict, at))
                : Optional.empty();
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
        return facts(keyring, Need.ALL);
    }

    /** As much of it as is needed; empty when that was erased. */
    Optional<Facts> facts(Keyring keyring, Need need) {
        if (need == Need.OUTSIDE) {
            return Optional.of(outside("", JSON.createObjectNode()));
        }
        return keyring.open(request.content(), REQUEST_PLACE, ActionContent.Request.class)
                .map(content -> outside(content.target(), JSON.readTree(content.params())))
                .flatMap(facts -> need == Need.REQUEST ? Optional.of(facts) : gathered(facts, keyring));
    }

    private Facts outside(String target, JsonNode params) {
        Verdict.Inputs inputs = verdict.inputs();
        return Facts.request(request.actionType(), request.connector(), request.operation(), request.terms().scope(),
                request.terms().reversible(), request.origin(), target, request.forceApproval(), params, inputs == null ? at : inputs.at());
    }

    private Optional<Facts> gathered(Facts request, Keyring keyring) {
        Verdict.Inputs inputs = verdict.inputs();
        if (inputs == null) {
            return Optional.of(request.with("agent",
                    Map.of("id", this.request.requesterId(), "kind", this.request.agentOwnerId() == null ? "" : "agent")));
        }
        Optional<ActionContent.Judgement> words = keyring.open(inputs.words(), VERDICT_PLACE, ActionContent.Judgement.class);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        Facts facts = request;
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
