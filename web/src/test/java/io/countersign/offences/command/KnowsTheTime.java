package io.countersign.offences.command;

import java.time.Instant;

abstract class KnowsTheTime {

    Instant deadline() {
        return Instant.now().plusMillis(System.currentTimeMillis());
    }
}
