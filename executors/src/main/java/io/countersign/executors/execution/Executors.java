package io.countersign.executors.execution;

import io.countersign.executors.ActionExecutor;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The executors of this node, by action type. */
final class Executors {

    private final Map<String, ActionExecutor> byType;

    Executors(Collection<? extends ActionExecutor> executors) {
        byType = new TreeMap<>(executors.stream().collect(Collectors.toMap(ActionExecutor::actionType, executor -> executor)));
    }

    Optional<ActionExecutor> of(String actionType) {
        return Optional.ofNullable(byType.get(actionType));
    }

    /** Whether what actions of this type are about can be looked at here. */
    boolean observe(String actionType) {
        return of(actionType).filter(ActionExecutor::observes).isPresent();
    }

    /** What this node would act with: types and versions, such as {@code email:send@1 jira:create@2}. */
    String versions() {
        return byType.values().stream().map(executor -> executor.actionType() + "@" + executor.version()).collect(Collectors.joining(" "));
    }
}
