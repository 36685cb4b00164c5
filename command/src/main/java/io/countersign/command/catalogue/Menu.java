package io.countersign.command.catalogue;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.CatalogueCommand.Changed;
import io.countersign.command.catalogue.api.CatalogueCommand.PutEntries;
import io.countersign.command.catalogue.api.CatalogueCommand.RemoveEntry;
import io.countersign.command.catalogue.api.CatalogueEvent;
import io.countersign.command.catalogue.api.CatalogueEvent.EntryDefined;
import io.countersign.command.catalogue.api.CatalogueEvent.EntryRemoved;
import io.countersign.command.catalogue.api.EntryDefinition;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.principal.api.Authority;
import io.countersign.command.principal.api.Principals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of one workspace: what its agents may ask for. Only an admin changes it. A change is checked whole and made whole, so that a
 * broken file never leaves half a catalogue; an entry that says the same as before is left alone.
 */
@Aggregate(type = "Catalogue")
class Menu {

    private static final int MOST_ENTRIES = 1_000;

    @AggregateIdentifier
    private @Nullable String id; // null until the first event names it

    private final Map<String, EntryDefinition> entries = new TreeMap<>();
    private final Map<String, Long> versions = new HashMap<>();

    Menu() {
        // for Axon
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    Changed decide(PutEntries c, @MetaDataValue("actor") @Nullable String actor, Principals principals, EntryRules rules) {
        Authority.admin(principals, actor, c.workspace());
        List<ParameterFault> faults = new ArrayList<>();
        boolean several = c.entries().size() != 1 || c.replace();
        new TreeMap<>(c.entries()).forEach((name, definition) -> rules.faults(c.workspace(), name, definition).forEach(fault ->
                faults.add(several ? new ParameterFault(name + ": " + fault.field(), fault.message()) : fault)));
        if (!faults.isEmpty()) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The catalogue stays as it is: " + faults.getFirst().field() + " "
                    + faults.getFirst().message() + ".", Map.of("details", faults.stream().limit(20).toList()));
        }
        if (c.expectedVersion() != null) {
            mustStandAt(c.entries().keySet().iterator().next(), c.expectedVersion());
        }
        List<String> set = new ArrayList<>();
        List<String> unchanged = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        if (c.replace()) {
            new TreeSet<>(entries.keySet()).stream().filter(name -> !c.entries().containsKey(name)).forEach(name -> {
                remove(c.catalogueId(), c.workspace(), name);
                removed.add(name);
            });
        }
        new TreeMap<>(c.entries()).forEach((name, definition) -> {
            if (definition.equals(entries.get(name))) {
                unchanged.add(name);
            } else {
                happened(new EntryDefined(c.catalogueId(), c.workspace(), name, versions.getOrDefault(name, 0L) + 1, definition), c.workspace());
                set.add(name);
            }
        });
        if (entries.size() > MOST_ENTRIES) {
            throw new Refused(RefusalCode.UNSUPPORTED, "A catalogue has at most 1,000 entries. Remove some first.");
        }
        return new Changed(List.copyOf(set), List.copyOf(unchanged), List.copyOf(removed));
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void decide(RemoveEntry c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        Authority.admin(principals, actor, c.workspace());
        if (entries.containsKey(c.name())) {
            remove(c.catalogueId(), c.workspace(), c.name());
        }
    }

    private void remove(String catalogueId, String workspace, String name) {
        happened(new EntryRemoved(catalogueId, workspace, name, versions.getOrDefault(name, 0L) + 1), workspace);
    }

    private void mustStandAt(String name, long expected) {
        long version = entries.containsKey(name) ? versions.getOrDefault(name, 0L) : 0;
        if (version != expected) {
            throw new Refused(RefusalCode.STALE_VERSION, "The entry " + name + " is at version " + version + ", not " + expected
                    + ". Load it again and look at what changed.", Map.of("version", version));
        }
    }

    private static void happened(CatalogueEvent event, String workspace) {
        apply(event, MetaData.with("workspace", workspace));
    }

    @EventSourcingHandler
    void evolve(CatalogueEvent event) {
        id = event.catalogueId();
        switch (event) {
            case EntryDefined e -> {
                entries.put(e.name(), e.definition());
                versions.put(e.name(), e.version());
            }
            case EntryRemoved e -> {
                entries.remove(e.name());
                versions.put(e.name(), e.version());
            }
        }
    }
}
