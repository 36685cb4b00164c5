package io.countersign.command.action;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.action.api.Safeguard.Asked;
import io.countersign.command.action.api.Safeguard.Opinion;
import io.countersign.command.action.api.Safeguard.Reserved;
import io.countersign.command.evaluation.Evaluation;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All safeguards, in the order of the pipeline. */
@Component
class Safeguards {

    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private final List<Safeguard> inOrder;

    Safeguards(List<Safeguard> inOrder) {
        this.inOrder = List.copyOf(inOrder);
    }

    /** Asks every one, so that the trace is complete. */
    void examine(Asked asked, JsonNode params, Evaluation evaluation) {
        inOrder.forEach(safeguard -> safeguard.examine(asked, params).forEach(opinion -> evaluation.opinion(safeguard.step(), opinion)));
    }

    /** What must be held for this action, taken in the current command. */
    List<Reserved> reserve(Asked asked, JsonNode params, String actionId) {
        return inOrder.stream().flatMap(safeguard -> safeguard.reserve(asked, params, actionId).stream()).toList();
    }

    /** The first that says no right before the start. */
    Optional<Opinion.Block> examineAgain(Asked asked, String text) {
        JsonNode params = JSON.readTree(text);
        return inOrder.stream().flatMap(safeguard -> safeguard.examineAgain(asked, params).stream()).filter(Opinion.Block.class::isInstance)
                .map(Opinion.Block.class::cast).findFirst();
    }
}
