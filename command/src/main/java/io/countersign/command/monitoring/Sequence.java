package io.countersign.command.monitoring;

import io.countersign.command.monitoring.api.MonitoringRule;
import io.countersign.command.monitoring.api.WatchEvent.Begun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A forbidden sequence as it is followed: for every beginning of it, the latest moment at which one that ends now may have begun. Whatever
 * comes in between does not matter. Pure.
 */
final class Sequence {

    private Sequence() {}

    /** What is begun after a request under one of these names; a beginning as long as the sequence says that it is complete. */
    static List<Begun> after(MonitoringRule rule, List<Begun> before, Set<String> names, Instant at) {
        Instant oldest = at.minusSeconds(rule.windowSeconds());
        List<Begun> alive = before.stream().filter(begun -> !begun.since().isBefore(oldest)).toList();
        List<Begun> after = new ArrayList<>();
        for (int steps = 1; steps <= rule.sequence().size(); steps++) {
            int length = steps;
            List<Begun> same = alive.stream().filter(begun -> begun.steps() == length).toList();
            List<Begun> extended = !names.contains(rule.sequence().get(steps - 1)) ? List.of()
                    : steps == 1 ? List.of(new Begun(1, at))
                    : alive.stream().filter(begun -> begun.steps() == length - 1).map(begun -> new Begun(length, begun.since())).toList();
            after.addAll(extended.isEmpty() || !same.isEmpty() && same.getFirst().since().isAfter(extended.getFirst().since()) ? same : extended);
        }
        return List.copyOf(after);
    }

    static boolean isComplete(MonitoringRule rule, List<Begun> begun) {
        return begun.stream().anyMatch(one -> one.steps() == rule.sequence().size());
    }
}
