package io.countersign.command.diagnostics.api;

import java.util.List;

/** All findings of all parts of the service. */
public interface Diagnostics {

    /** Looks now; the gravest first, then by code. Empty when all is well. May take as long as asking the database. */
    List<Diagnostic> current();
}
