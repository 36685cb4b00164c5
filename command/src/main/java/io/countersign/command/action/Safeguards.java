package io.countersign.command.action;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.action.api.Safeguard.Asked;
import io.countersign.command.action.api.Safeguard.Opinion;
import io.countersign.command.evaluation.Evaluation;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** All safeguards, in the order of the pipeline. */
@Component
class Safeguards {

    private final List<Safeguard> inOrder;

    Safeguards(List<Safeguard> inOrder) {
        this.inOrder = List.copyOf(inOrder);
    }

    /** Asks every one, so that the trace is complete. */
    void examine(Asked asked, JsonNode params, Evaluation evaluation) {
        inOrder.forEach(safeguard -> evaluation.opinion(safeguard.step(), safeguard.examine(asked, params)));
    }

    /** The first that says no right before the start. */
    Optional<Opinion.Block> examineAgain(Asked asked, JsonNode params) {
        return inOrder.stream().map(safeguard -> safeguard.examineAgain(asked, params)).filter(Opinion.Block.class::isInstance)
                .map(Opinion.Block.class::cast).findFirst();
    }
}
