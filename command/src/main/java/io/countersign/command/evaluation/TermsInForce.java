package io.countersign.command.evaluation;

import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.OnTimeout;
import io.countersign.command.action.api.Terms.Profile;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.EntryDefinition;
import io.countersign.command.catalogue.api.Tier;
import io.countersign.command.principal.api.Role;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.settings.api.ActionSettings.Entry;
import java.util.Optional;

/** Resolves the terms of a request from the settings: the type's own value, then the defaults, then the built-in of the type. Pure. */
public final class TermsInForce {

    /** One attempt may take this long when nobody says otherwise, in milliseconds. */
    public static final long DEFAULT_TIMEOUT_MILLIS = 30_000;

    private TermsInForce() {}

    /**
     * @param forceApproval the requester wants a person to look: an automatic type becomes manual
     */
    public static Terms of(ActionType type, ActionSettings settings, boolean forceApproval) {
        Optional<EntryDefinition> offer = type.entry().map(io.countersign.command.catalogue.api.Entry::definition);
        Entry own = settings.of(type.name());
        Entry defaults = settings.defaults();
        ApprovalMode mode;
        String source;
        if (offer.isPresent() && offer.get().approval() != null) {
            mode = offer.get().approval();
            source = "entry";
        } else if (own.approval() != null) {
            mode = own.approval();
            source = "type";
        } else if (offer.isPresent()) {
            mode = type.defaultMode();
            source = "tier";
        } else if (defaults.approval() != null) {
            mode = defaults.approval();
            source = "defaults";
        } else {
            mode = type.defaultMode();
            source = "built-in";
        }
        if (forceApproval && mode == ApprovalMode.AUTO) {
            mode = ApprovalMode.MANUAL;
            source = "request";
        }
        Role role = offer.isPresent() && offer.get().requiredRole() != null ? offer.get().requiredRole()
                : own.requiredRole() != null ? own.requiredRole()
                : defaults.requiredRole() != null ? defaults.requiredRole() : mode == ApprovalMode.ADMIN_ONLY ? Role.ADMIN : Role.ANALYST;
        long timeout = offer.isPresent() && offer.get().timeoutMillis() != null ? offer.get().timeoutMillis()
                : own.timeoutMillis() != null ? own.timeoutMillis()
                : defaults.timeoutMillis() != null ? defaults.timeoutMillis() : DEFAULT_TIMEOUT_MILLIS;
        String tier = type.defaultTier() == Tier.BLOCKED ? "blocked" : mode != ApprovalMode.AUTO ? "staged"
                : type.delay().isZero() ? "immediate" : "delayed";
        return new Terms(tier, mode, Profile.of(role, mode == ApprovalMode.ADMIN_ONLY), type.execution(), type.executionClass(), timeout,
                OnTimeout.EXPIRE, type.reversible(), type.scope(), source,
                type.entry().map(io.countersign.command.catalogue.api.Entry::reference).orElse("built-in/1"));
    }
}
