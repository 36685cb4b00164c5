package io.countersign.command.catalogue;

import io.countersign.command.catalogue.api.CatalogueEvent;
import io.countersign.command.catalogue.api.CatalogueEvent.EntryDefined;
import io.countersign.command.catalogue.api.CatalogueEvent.EntryRemoved;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader.Stored;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** This node's copy of all catalogues, compared with the epoch at every question: a change binds the next call, on every node. */
@Component
class EntriesInForce implements Entries {

    private final Supplier<Map<String, Shelf>> known;

    EntriesInForce(ConfigurationLog log) {
        this.known = log.copy("Catalogue", Map.of(), EntriesInForce::after);
    }

    /** One workspace: what stands now by name, and everything that ever stood by reference. */
    private record Shelf(Map<String, Entry> now, Map<String, Entry> ever) {

        private static final Shelf EMPTY = new Shelf(Map.of(), Map.of());

        Shelf with(Entry entry) {
            Map<String, Entry> next = new TreeMap<>(now);
            Map<String, Entry> all = new HashMap<>(ever);
            next.put(entry.name(), entry);
            all.put(entry.reference(), entry);
            return new Shelf(next, all);
        }

        Shelf without(String name) {
            Map<String, Entry> next = new TreeMap<>(now);
            next.remove(name);
            return new Shelf(next, ever);
        }
    }

    @Override
    public List<Entry> all(String workspace) {
        return List.copyOf(shelf(workspace).now().values());
    }

    @Override
    public Optional<Entry> byName(String workspace, String name) {
        return Optional.ofNullable(shelf(workspace).now().get(name));
    }

    @Override
    public Optional<Entry> at(String workspace, String reference) {
        return Optional.ofNullable(shelf(workspace).ever().get(reference));
    }

    private Shelf shelf(String workspace) {
        return known.get().getOrDefault(workspace, Shelf.EMPTY);
    }

    private static Map<String, Shelf> after(Map<String, Shelf> before, List<Stored> events) {
        Map<String, Shelf> next = new HashMap<>(before);
        for (Stored stored : events) {
            switch ((CatalogueEvent) stored.payload()) {
                case EntryDefined e -> next.merge(e.workspace(), Shelf.EMPTY.with(entry(e, stored)), (shelf, one) -> shelf.with(entry(e, stored)));
                case EntryRemoved e -> next.computeIfPresent(e.workspace(), (workspace, shelf) -> shelf.without(e.name()));
            }
        }
        return Map.copyOf(next);
    }

    private static Entry entry(EntryDefined e, Stored stored) {
        return new Entry(e.workspace(), e.name(), e.version(), e.definition(), stored.at(), stored.metadata().get("actor"));
    }
}
