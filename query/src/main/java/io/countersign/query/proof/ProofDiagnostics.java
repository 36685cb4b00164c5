package io.countersign.query.proof;

import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostic.Severity;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import io.countersign.query.proof.api.Proofs;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The alarm: what the tree and the last check have to say. */
final class ProofDiagnostics implements DiagnosticSource {

    private static final String WHAT_TO_DO = "Keep the database as it is and follow the chapter on alarms in docs/audit.md.";

    private final Proofs proofs;

    ProofDiagnostics(Proofs proofs) {
        this.proofs = proofs;
    }

    @Override
    public List<Diagnostic> diagnose() {
        List<Diagnostic> found = new ArrayList<>();
        proofs.broken().ifPresent(reason -> found.add(new Diagnostic("PROOF_TREE_STOPPED", Severity.ERROR,
                "The proof tree does not fit the log: " + reason, WHAT_TO_DO)));
        proofs.lastVerification().filter(last -> !last.passed()).ifPresent(last -> found.add(new Diagnostic("AUDIT_LOG_ALTERED", Severity.ERROR,
                "The last check of the log failed: " + Objects.requireNonNullElse(last.integrity().reason(), last.completeness().reason()),
                WHAT_TO_DO)));
        return found;
    }
}
