package io.countersign.executors.execution;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The actions that this node is acting on now. */
final class InFlight {

    private final Set<String> actions = ConcurrentHashMap.newKeySet();

    /** Marks an action until closed. */
    interface Mark extends AutoCloseable {

        @Override
        void close();
    }

    Mark enter(String actionId) {
        actions.add(actionId);
        return () -> actions.remove(actionId);
    }

    boolean contains(String actionId) {
        return actions.contains(actionId);
    }
}
