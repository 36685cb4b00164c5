package io.countersign.executors.execution;

import io.countersign.command.action.api.ActionEvent.ContentErased;
import io.countersign.executors.KeptForUndo;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;

/** Has executors destroy what they keep of an erased action to undo it. An event is tried again until it is done. */
@ProcessingGroup(WhenContentErasedThenForget.NAME)
@DisallowReplay
final class WhenContentErasedThenForget {

    static final String NAME = "forgetting";

    private final List<KeptForUndo> kept;

    WhenContentErasedThenForget(Collection<? extends KeptForUndo> kept) {
        this.kept = List.copyOf(kept);
    }

    @EventHandler
    void react(ContentErased event) throws IOException {
        for (KeptForUndo one : kept) {
            one.forget(event.actionId());
        }
    }
}
