package io.countersign.bootstrap;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the sentences alone, without a stack trace. */
final class InvalidSettingsAnalyzer extends AbstractFailureAnalyzer<InvalidSettings> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, InvalidSettings cause) {
        return new FailureAnalysis(cause.getMessage(), "Correct the settings named above and start again.", cause);
    }
}
