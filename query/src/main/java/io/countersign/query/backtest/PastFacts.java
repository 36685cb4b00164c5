package io.countersign.query.backtest;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Opener;
import io.countersign.command.sealing.api.Sealed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What rules saw of past actions, opened from the records. For any number of threads; keeps what it learned of entries of the catalogue. */
final class PastFacts {

    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final JsonNode NOTHING = JSON.createObjectNode();
    private static final String REQUEST_PLACE = "action.requested";
    private static final String VERDICT_PLACE = "action.verdict";

    private final Keyring keyring;
    private final ActionTypes types;
    private final Map<String, Optional<ActionType>> asAsked = new ConcurrentHashMap<>();

    PastFacts(Keyring keyring, ActionTypes types) {
        this.keyring = keyring;
        this.types = types;
    }

    /** Which part of what was recorded rules look at. The less they need, the less has to be opened. */
    enum Need {
        /** What stands in clear. */
        OUTSIDE,
        /** The request as well. */
        REQUEST,
        /** All there is. */
        ALL
    }

    /** What opens these together. */
    Opener opener(List<Past> events, Need need) {
        return need == Need.OUTSIDE ? keyring : keyring.opener(events.stream().map(past -> past.event().getAggregateIdentifier()).distinct().toList());
    }

    /** The same of one action alone. */
    Optional<Facts> of(PastAction action, Need need) {
        return of(action, need, keyring);
    }

    /** As much of what rules saw then as is needed; empty when that was erased. */
    Optional<Facts> of(PastAction action, Need need, Opener opener) {
        if (need == Need.OUTSIDE) {
            return Optional.of(outside(action, "", NOTHING));
        }
        return opener.open(action.request().content(), REQUEST_PLACE, ActionContent.Request.class)
                .map(content -> outside(action, content.target(), effective(action, JSON.readTree(content.params()))))
                .flatMap(facts -> need == Need.REQUEST ? Optional.of(facts) : gathered(action, facts, opener));
    }

    /** With what the entry of then had fixed. */
    private JsonNode effective(PastAction action, JsonNode sent) {
        var request = action.request();
        return request.terms().entry().flatMap(entry -> asAsked.computeIfAbsent(request.workspace() + '/' + request.terms().catalogueVersion(),
                version -> types.asAsked(request.workspace(), request.actionType(), request.terms()))).map(type -> type.effective(sent)).orElse(sent);
    }

    private static Facts outside(PastAction action, String target, JsonNode params) {
        var request = action.request();
        return Facts.request(request.actionType(), request.connector(), request.operation(), request.terms().scope(),
                request.terms().reversible(), request.origin(), target, request.forceApproval(), params, action.judgedAt())
                .through(request.terms().entry());
    }

    private Optional<Facts> gathered(PastAction action, Facts asked, Opener opener) {
        Sealed inputs = action.glance().words();
        if (inputs == null) {
            return Optional.of(asked.with("agent", Map.of("id", action.request().requesterId(),
                    "kind", action.request().agentOwnerId() == null ? "" : "agent")));
        }
        Optional<ActionContent.Judgement> words = opener.open(inputs, VERDICT_PLACE, ActionContent.Judgement.class);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        Facts facts = asked;
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
