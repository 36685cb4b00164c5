package io.countersign.offences.query;

import org.axonframework.eventhandling.EventHandler;

/** In the wrong place, and without a name. */
abstract class Listens {

    @EventHandler
    void on(String event) {}
}
