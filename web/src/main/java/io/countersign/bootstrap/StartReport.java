package io.countersign.bootstrap;

import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Logs what was found at the start, one line each. */
@Component
class StartReport {

    private static final Logger LOG = LoggerFactory.getLogger(StartReport.class);

    private final Diagnostics diagnostics;

    StartReport(Diagnostics diagnostics) {
        this.diagnostics = diagnostics;
    }

    @EventListener
    void on(ApplicationReadyEvent ready) {
        for (Diagnostic found : diagnostics.current()) {
            switch (found.severity()) {
                case INFO -> LOG.info("{}: {} {}", found.code(), found.message(), found.whatToDo());
                case WARNING -> LOG.warn("{}: {} {}", found.code(), found.message(), found.whatToDo());
                case ERROR -> LOG.error("{}: {} {}", found.code(), found.message(), found.whatToDo());
            }
        }
    }
}
