package io.countersign.offences.executors;

import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.springframework.stereotype.Component;

/** A bean, under a name that is taken. */
@Component
@DisallowReplay
@ProcessingGroup("twice")
abstract class ListensTwice {

    @EventHandler
    void react(String event) {}
}
