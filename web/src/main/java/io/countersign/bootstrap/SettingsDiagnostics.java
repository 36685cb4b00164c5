package io.countersign.bootstrap;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostic.Severity;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import io.countersign.command.principal.api.Role;
import io.countersign.command.settings.api.ActionSettings.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Settings that are valid and still deserve a second look. */
@Component
class SettingsDiagnostics implements DiagnosticSource {

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

    private final Settings settings;
    private final ObjectProvider<ActionTypes> types;

    SettingsDiagnostics(Settings settings, ObjectProvider<ActionTypes> types) {
        this.settings = settings;
        this.types = types;
    }

    @Override
    public List<Diagnostic> diagnose() {
        List<Diagnostic> found = new ArrayList<>();
        if (settings.demo()) {
            found.add(new Diagnostic("DEMO_MODE", Severity.INFO, "This is a demo: effects without credentials are captured, not sent.",
                    "Set COUNTERSIGN_DEMO=false and COUNTERSIGN_MASTER_KEY for production."));
        }
        String bind = settings.get("COUNTERSIGN_BIND");
        if (!LOOPBACK.contains(bind) && settings.find("COUNTERSIGN_PUBLIC_HOSTS").isEmpty()) {
            found.add(new Diagnostic("PUBLIC_HOSTS_UNSET", Severity.WARNING, "The service listens on " + bind + " but answers to no public name.",
                    "Set COUNTERSIGN_PUBLIC_HOSTS to the host names that clients use."));
        }
        types.ifAvailable(known -> known.all().forEach(type -> about(type, found)));
        return found;
    }

    private void about(ActionType type, List<Diagnostic> found) {
        Entry own = settings.actions().of(type.name());
        ApprovalMode mode = Optional.ofNullable(own.approval()).or(() -> Optional.ofNullable(settings.actions().defaults().approval()))
                .orElse(type.defaultMode());
        boolean chosen = own.approval() != null || settings.actions().defaults().approval() != null;
        if (chosen && mode == ApprovalMode.AUTO && type.scope().equals("external")) { // what is automatic by itself is gated by its own limits
            found.add(new Diagnostic("ACTION_AUTO_EXTERNAL", Severity.WARNING, type.name() + " leaves the house and runs without approval.",
                    "Set its approval to manual or admin-only if that is not meant."));
        }
        Role implied = mode == ApprovalMode.ADMIN_ONLY ? Role.ADMIN : Role.ANALYST;
        if (own.requiredRole() != null && mode != ApprovalMode.AUTO && !own.requiredRole().atLeast(implied)) {
            found.add(new Diagnostic("ACTION_ROLE_LOWERED", Severity.WARNING, type.name() + " may be decided by a weaker role than its mode implies.",
                    "Remove its requiredRole if that is not meant."));
        }
    }
}
