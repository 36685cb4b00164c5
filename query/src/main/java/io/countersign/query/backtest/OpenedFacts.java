package io.countersign.query.backtest;

import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.store.api.EventReader;
import io.countersign.query.backtest.api.RecordedFacts;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Opens facts from the beginnings of streams. */
final class OpenedFacts implements RecordedFacts {

    private final EventReader events;
    private final PastFacts past;

    OpenedFacts(EventReader events, PastFacts past) {
        this.events = events;
        this.past = past;
    }

    @Override
    public Map<String, Facts> of(String workspace, Collection<String> actionIds) {
        Map<String, Facts> facts = new HashMap<>();
        events.read(actionIds, Long.MAX_VALUE).forEach((id, stream) -> {
            if (stream.size() > 1) {
                PastAction.of(stream.get(0), stream.get(1)).filter(action -> action.request().workspace().equals(workspace))
                        .flatMap(action -> past.of(action, PastFacts.Need.ALL)).ifPresent(found -> facts.put(id, found));
            }
        });
        return facts;
    }
}
