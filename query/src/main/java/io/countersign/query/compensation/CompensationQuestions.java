package io.countersign.query.compensation;

import io.countersign.command.action.api.ActionEvent.ContentErased;
import io.countersign.command.compensation.api.CompensationEvent;
import io.countersign.command.compensation.api.CompensationEvent.CompensationAcknowledged;
import io.countersign.command.compensation.api.CompensationEvent.CompensationPlanned;
import io.countersign.command.compensation.api.CompensationEvent.Detail;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.EventReader;
import io.countersign.query.action.api.Reader;
import io.countersign.query.audit.api.AuditEntry;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.compensation.api.Compensations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Plans are few and short: each is folded when it is asked for. */
@Component
class CompensationQuestions implements Compensations {

    private final EventReader events;
    private final AuditLog audit;
    private final Keyring keyring;

    CompensationQuestions(EventReader events, AuditLog audit, Keyring keyring) {
        this.events = events;
        this.audit = audit;
        this.keyring = keyring;
    }

    @Override
    public Optional<Plan> byId(Reader reader, String planId) {
        return Optional.ofNullable(fold(reader, events.read(List.of(planId), Long.MAX_VALUE).get(planId)));
    }

    @Override
    public List<Plan> latest(Reader reader, int limit) {
        List<String> ids = audit.find(reader, new AuditLog.Filter(null, "compensation.planned", null, null, null, null), null, limit).items()
                .stream().map(AuditEntry::subjectId).toList();
        Map<String, List<EventReader.Stored>> streams = events.read(ids, Long.MAX_VALUE);
        List<Plan> plans = new ArrayList<>();
        for (String id : ids) {
            Plan plan = fold(reader, streams.get(id));
            if (plan != null) {
                plans.add(plan);
            }
        }
        return plans;
    }

    private @Nullable Plan fold(Reader reader, @Nullable List<EventReader.Stored> stream) {
        if (stream == null || !(stream.getFirst().payload() instanceof CompensationPlanned planned) || !planned.workspace().equals(reader.workspace())) {
            return null;
        }
        List<Step> steps = new ArrayList<>();
        for (String action : planned.actionIds()) {
            steps.add(new Step(steps.size(), action, "pending", null));
        }
        Set<String> erased = erased(planned.actionIds());
        for (EventReader.Stored stored : stream) {
            if (stored.payload() instanceof CompensationEvent event) {
                switch (event) {
                    case CompensationPlanned first -> { }
                    case CompensationAcknowledged said -> steps.set(said.index(), new Step(said.index(), steps.get(said.index()).actionId(), said.status(),
                            erased.contains(steps.get(said.index()).actionId()) ? null
                                    : keyring.open(said.detail(), Detail.PLACE, Detail.class).map(Detail::text).orElse(null)));
                }
            }
        }
        long open = steps.stream().filter(step -> step.status().equals("pending")).count();
        String status = open == 0 ? "completed" : open == steps.size() ? "pending" : "in_progress";
        return new Plan(planned.planId(), planned.plannedBy(), planned.from(), planned.to(), stream.getFirst().at(), status, List.copyOf(steps));
    }

    /** A key may still be in memory here when another node has destroyed it. */
    private Set<String> erased(List<String> actionIds) {
        return events.read(actionIds, Long.MAX_VALUE).entrySet().stream()
                .filter(stream -> stream.getValue().stream().anyMatch(stored -> stored.payload() instanceof ContentErased))
                .map(Map.Entry::getKey).collect(Collectors.toSet());
    }
}
