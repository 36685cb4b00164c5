package io.countersign.executors;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostic.Severity;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import io.countersign.command.settings.api.ActionSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Tells which action types lack credentials, and which of those that reach outside run without a person. */
@Component
class ConnectorDiagnostics implements DiagnosticSource {

    private final List<ActionType> types;
    private final ActionSettings settings;
    private final Environment environment;

    ConnectorDiagnostics(List<ActionType> types, ActionSettings settings, Environment environment) {
        this.types = types;
        this.settings = settings;
        this.environment = environment;
    }

    @Override
    public List<Diagnostic> diagnose() {
        return types.stream()
                .filter(type -> !Boolean.FALSE.equals(settings.of(type.name()).enabled()))
                .flatMap(type -> Stream.of(credentialMissing(type), dangerousAuto(type)).flatMap(Optional::stream))
                .toList();
    }

    private Optional<Diagnostic> credentialMissing(ActionType type) {
        var missing = type.requiredCredentials().stream().filter(name -> environment.getProperty(name, "").isBlank()).toList();
        if (missing.isEmpty()) {
            return Optional.empty();
        }
        var names = String.join(", ", missing);
        var demo = environment.getProperty("countersign.demo", Boolean.class, false);
        return Optional.of(new Diagnostic("CREDENTIAL_MISSING", demo ? Severity.INFO : Severity.WARNING,
                type.name() + (demo ? " is captured, not sent: " : " fails when it is executed: ") + names + " not set.",
                "Set " + names + ", or disable " + type.name() + "."));
    }

    private Optional<Diagnostic> dangerousAuto(ActionType type) {
        var own = settings.of(type.name()).approval();
        var mode = own != null ? own : settings.defaults().approval();
        if (mode != ApprovalMode.AUTO || !type.scope().equals("external")) {
            return Optional.empty();
        }
        return Optional.of(new Diagnostic("DANGEROUS_AUTO", Severity.INFO,
                type.name() + " reaches outside and runs without asking a person.",
                "Set its approval to manual or admin-only unless this is meant."));
    }
}
