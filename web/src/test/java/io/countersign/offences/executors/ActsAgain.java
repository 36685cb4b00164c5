package io.countersign.offences.executors;

import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;

/** Replayed it would act once more; and its name is taken. */
@ProcessingGroup("twice")
abstract class ActsAgain {

    @EventHandler
    void react(String event) {}
}
