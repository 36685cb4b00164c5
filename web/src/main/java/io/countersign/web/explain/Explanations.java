package io.countersign.web.explain;

import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Reader;
import io.countersign.query.action.api.TimelineEntry;
import io.countersign.query.proof.api.Proofs;
import io.countersign.query.proof.api.TreeBroken;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Explains actions to those who may see them. */
@Component
public class Explanations {

    private final Actions actions;
    private final Principals principals;
    private final Proofs proofs;

    Explanations(Actions actions, Principals principals, Proofs proofs) {
        this.actions = actions;
        this.principals = principals;
        this.proofs = proofs;
    }

    /** Empty when the reader may not see the action, or there is none. */
    public Optional<Explanation> of(Reader reader, String actionId) {
        return of(reader, actionId, this::name);
    }

    Optional<Explanation> of(Reader reader, String actionId, Function<String, String> names) {
        return actions.byId(reader, actionId).map(row -> {
            List<TimelineEntry> timeline = actions.timeline(reader, actionId);
            return Explanation.of(row, timeline, hashes(timeline), names);
        });
    }

    /** What people call a principal; the id when it is not in the directory. */
    public String name(String principalId) {
        return principals.byId(principalId).map(Principal::name).orElse(principalId);
    }

    private Map<Long, String> hashes(List<TimelineEntry> timeline) {
        try {
            return proofs.leaves(timeline.stream().map(TimelineEntry::index).toList());
        } catch (TreeBroken e) {
            return Map.of(); // the alarm tells why
        }
    }
}
