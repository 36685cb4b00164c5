package io.countersign.bootstrap;

import java.io.Serial;
import java.util.List;

/** The service cannot start as it is set. The message has one sentence a fault, each saying what to set. */
public final class InvalidSettings extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    InvalidSettings(List<String> faults) {
        super(String.join(System.lineSeparator(), faults), null, false, false);
    }
}
