package io.countersign.offences.command;

import org.axonframework.queryhandling.QueryGateway;

abstract class AsksAround {

    abstract QueryGateway gateway();
}
