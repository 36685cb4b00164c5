package io.countersign.command.diagnostics.api;

import java.util.List;

/** A part of the service that can look for one kind of trouble. Every bean of this type is asked. */
@FunctionalInterface
public interface DiagnosticSource {

    /** Looks now; empty when all is well. Must be quick and must not change anything. */
    List<Diagnostic> diagnose();
}
