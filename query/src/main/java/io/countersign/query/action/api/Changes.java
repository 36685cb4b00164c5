package io.countersign.query.action.api;

import java.util.function.Consumer;

/** Tells listeners on this node, after the views have it, that actions changed on any node. Best effort: a hint to look, not a record. */
public interface Changes {

    /** Calls the listener for every change until the answer is closed. The listener must be quick. */
    AutoCloseable subscribe(Consumer<Actions.Change> listener);
}
