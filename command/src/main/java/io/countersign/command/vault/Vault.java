package io.countersign.command.vault;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.principal.api.Authority;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.vault.api.Secret.Binding;
import io.countersign.command.vault.api.SecretText;
import io.countersign.command.vault.api.VaultCommand.BindSecret;
import io.countersign.command.vault.api.VaultCommand.KeepSecrets;
import io.countersign.command.vault.api.VaultCommand.Kept;
import io.countersign.command.vault.api.VaultCommand.RemoveSecret;
import io.countersign.command.vault.api.VaultEvent;
import io.countersign.command.vault.api.VaultEvent.SecretBound;
import io.countersign.command.vault.api.VaultEvent.SecretRemoved;
import io.countersign.command.vault.api.VaultEvent.SecretSet;
import io.countersign.command.vault.api.VaultEvent.SecretUnbound;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** The secrets of one workspace: which there are and where each may go. Only an admin touches them. Values are in boxes outside the log. */
@Aggregate(type = "Vault")
class Vault {

    private static final int MOST_SECRETS = 1_000;
    private static final int LONGEST_VALUE = 65_536;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,100}");
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}: ?[\\x20-\\x7e]{0,400}");

    @AggregateIdentifier
    private @Nullable String id; // null until the first event names it

    private final Map<String, String> boxes = new HashMap<>();
    private final Map<String, Binding> bindings = new HashMap<>();

    Vault() {
        // for Axon
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Kept decide(KeepSecrets c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Boxes store) {
        Authority.admin(principals, actor, c.workspace());
        mustBeSound(c.values());
        List<String> set = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        UnitOfWork<?> work = CurrentUnitOfWork.get().root();
        new TreeMap<>(c.values()).forEach((name, value) -> {
            String former = boxes.get(name);
            if (former != null && !c.overwrite()) {
                skipped.add(name);
                return;
            }
            String box = store.put(c.workspace(), name, value);
            work.onRollback(lost -> store.remove(box));
            if (former != null) {
                work.afterCommit(done -> store.remove(former));
            }
            happened(new SecretSet(c.vaultId(), c.workspace(), name, box), c.workspace());
            set.add(name);
        });
        if (boxes.size() > MOST_SECRETS) {
            throw new Refused(RefusalCode.UNSUPPORTED, "A workspace keeps at most 1,000 secrets. Remove some first.");
        }
        return new Kept(List.copyOf(set), List.copyOf(skipped));
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void decide(RemoveSecret c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Boxes store) {
        Authority.admin(principals, actor, c.workspace());
        String box = boxes.get(c.name());
        if (box != null) {
            CurrentUnitOfWork.get().root().afterCommit(done -> store.remove(box));
            happened(new SecretRemoved(c.vaultId(), c.workspace(), c.name()), c.workspace());
        }
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void decide(BindSecret c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        Authority.admin(principals, actor, c.workspace());
        if (!boxes.containsKey(c.name())) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such secret.");
        }
        Binding wanted = c.binding();
        if (wanted == null) {
            if (bindings.containsKey(c.name())) {
                happened(new SecretUnbound(c.vaultId(), c.workspace(), c.name()), c.workspace());
            }
            return;
        }
        must(HOST.matcher(wanted.host()).matches(), "host", "must be a host name in small letters, with :port where it is not the usual one");
        must(HEADER.matcher(wanted.header()).matches() && wanted.header().contains("{value}"), "header",
                "must read as a header with {value} in it, such as Authorization: Bearer {value}");
        if (!wanted.equals(bindings.get(c.name()))) {
            happened(new SecretBound(c.vaultId(), c.workspace(), c.name(), wanted), c.workspace());
        }
    }

    private static void mustBeSound(Map<String, SecretText> values) {
        must(!values.isEmpty(), "value", "is required");
        values.forEach((name, value) -> {
            must(NAME.matcher(name).matches(), "name", "must be made of letters, digits and underscores, at most 100");
            must(!value.value().isEmpty() && value.value().length() <= LONGEST_VALUE, "value", "must have 1 to 65,536 characters");
        });
    }

    private static void must(boolean law, String field, String otherwise) {
        if (!law) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, field + " " + otherwise + ".",
                    Map.of("details", List.of(new ParameterFault(field, otherwise))));
        }
    }

    private static void happened(VaultEvent event, String workspace) {
        apply(event, MetaData.with("workspace", workspace));
    }

    @EventSourcingHandler
    void evolve(VaultEvent event) {
        id = event.vaultId();
        switch (event) {
            case SecretSet e -> boxes.put(e.name(), e.boxId());
            case SecretRemoved e -> {
                boxes.remove(e.name());
                bindings.remove(e.name());
            }
            case SecretBound e -> bindings.put(e.name(), e.binding());
            case SecretUnbound e -> bindings.remove(e.name());
        }
    }
}
