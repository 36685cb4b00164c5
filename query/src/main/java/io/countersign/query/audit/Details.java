package io.countersign.query.audit;

import io.countersign.command.access.api.AccessEvent;
import io.countersign.command.action.api.ActionContent.Remark;
import io.countersign.command.action.api.ActionEvent.ContentArchived;
import io.countersign.command.action.api.ActionEvent.ContentErased;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleTripped;
import io.countersign.command.principal.api.PrincipalEvent.ErasureReason;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalErased;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.EventReader.Stored;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an entry tells besides who, when and about what. Nothing that is sealed is among it but the reasons of erasures: they are written to be kept,
 * and lie under keys of their own.
 */
final class Details {

    /** Events that are told from themselves; of the others the name is enough. */
    private static final Set<String> TOLD = Set.of("action.content_erased", "action.content_archived", "principal.erased", "monitoring.rule_tripped");
    private static final Map<String, String> KINDS = Map.of("action", "entry", "catalogue", "entry", "vault", "secret", "access", "secret",
            "switch", "switch", "policy", "policy", "datasource", "data_source", "monitoring", "rule", "budget", "budget");

    private final Map<String, String> facts = new LinkedHashMap<>();

    private Details(String family, @Nullable String name) {
        put(KINDS.getOrDefault(family, "name"), name);
    }

    /** Whether the event itself is needed. */
    static boolean isTold(String event, String family) {
        return family.equals("access") || TOLD.contains(event);
    }

    /**
     * Of one entry.
     *
     * @param name what it names
     * @param stored the event; null where it is not needed
     */
    static Map<String, String> of(String family, @Nullable String name, @Nullable Stored stored, Keyring keyring) {
        Details details = new Details(family, name);
        if (stored != null) {
            details.tell(stored, keyring);
        }
        return Collections.unmodifiableMap(details.facts);
    }

    private void tell(Stored stored, Keyring keyring) {
        switch (stored.payload()) {
            case AccessEvent.SignedIn e -> put("channel", e.channel());
            case AccessEvent.SignInFailed e -> {
                put("channel", e.channel());
                put("cause", e.cause());
            }
            case AccessEvent.CallRefused e -> {
                put("call", e.call());
                put("code", e.code());
            }
            case AccessEvent.ContentRead e -> put("how", e.how());
            case AccessEvent.LogExported e -> put("what", e.what());
            case AccessEvent.KeyUsed e -> put("key", e.keyId());
            case AccessEvent.SecretUsed e -> {
                put("host", e.host());
                put("attempt", Integer.toString(e.attempt()));
                put("purpose", e.purpose());
            }
            case ContentErased e -> {
                put("cause", e.cause());
                put("reason", e.reason() == null ? null : keyring.open(e.reason(), stored.name(), Remark.class).map(Remark::text).orElse(null));
            }
            case ContentArchived e -> {
                put("archive", e.archive());
                put("sha256", e.sha256());
            }
            case PrincipalErased e -> put("reason", keyring.open(e.reason(), stored.name(), ErasureReason.class).map(ErasureReason::text).orElse(null));
            case MonitoringRuleTripped e -> {
                put("thrown", e.thrown());
                put("cause", e.cause());
            }
            default -> { } // its name is enough
        }
    }

    private void put(String key, @Nullable String value) {
        if (value != null) {
            facts.put(key, value);
        }
    }
}
