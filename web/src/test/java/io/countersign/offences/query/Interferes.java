package io.countersign.offences.query;

import org.axonframework.commandhandling.gateway.CommandGateway;

abstract class Interferes {

    abstract CommandGateway gateway();
}
