package io.countersign.offences.web;

import java.util.List;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.web.bind.annotation.GetMapping;

/** It sends a command, out of sight of the method that is asked. */
abstract class ChangesOnGet {

    @GetMapping("/eggs")
    void eggs() {
        List.of("lay").forEach(this::quietly);
    }

    private void quietly(String command) {
        gateway().send(command);
    }

    abstract CommandGateway gateway();
}
