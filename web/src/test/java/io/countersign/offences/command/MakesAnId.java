package io.countersign.offences.command;

import java.util.UUID;

abstract class MakesAnId {

    String id() {
        return UUID.randomUUID().toString();
    }
}
