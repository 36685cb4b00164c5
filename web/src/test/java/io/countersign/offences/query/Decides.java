package io.countersign.offences.query;

import org.axonframework.commandhandling.CommandHandler;

abstract class Decides {

    @CommandHandler
    void handle(String command) {}
}
