package io.countersign.command.diagnostics;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostic.Severity;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import io.countersign.command.diagnostics.api.Diagnostics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Asks every source, and writes what it hears to the log once, when the service is up. */
@Component
class CollectedDiagnostics implements Diagnostics {

    private static final Logger log = LoggerFactory.getLogger(Diagnostics.class);

    private final ObjectProvider<DiagnosticSource> sources;

    CollectedDiagnostics(ObjectProvider<DiagnosticSource> sources) {
        this.sources = sources;
    }

    @Override
    public List<Diagnostic> current() {
        return sources.stream()
                .flatMap(CollectedDiagnostics::findings)
                .sorted(Comparator.comparing(Diagnostic::severity).reversed().thenComparing(Diagnostic::code))
                .toList();
    }

    @EventListener(ApplicationReadyEvent.class)
    void report() {
        for (Diagnostic finding : current()) {
            log.atLevel(level(finding.severity())).log("{}: {} {}", finding.code(), finding.message(), finding.whatToDo());
        }
    }

    /** A source that fails is itself a finding: the others must still be heard. */
    private static Stream<Diagnostic> findings(DiagnosticSource source) {
        try {
            return source.diagnose().stream();
        } catch (RuntimeException e) {
            log.debug("A diagnostic failed", e);
            return Stream.of(new Diagnostic("DIAGNOSTIC_FAILED", Severity.WARNING,
                    "A check of the surroundings could not be made (%s).".formatted(e.getClass().getSimpleName()),
                    "See whether the database is reachable."));
        }
    }

    private static Level level(Severity severity) {
        return switch (severity) {
            case INFO -> Level.INFO;
            case WARNING -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }
}
