package io.countersign.offences.executors;

import org.axonframework.eventsourcing.EventSourcingHandler;

abstract class Remembers {

    @EventSourcingHandler
    void on(String event) {}
}
