package io.countersign.offences.executors;

import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;

/** Its name is that of a slot of a view. */
@DisallowReplay
@ProcessingGroup("hens-a")
abstract class ReadsASlot {

    @EventHandler
    void react(String event) {}
}
