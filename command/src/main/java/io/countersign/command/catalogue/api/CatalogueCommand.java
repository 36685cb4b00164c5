package io.countersign.command.catalogue.api;

import java.util.List;
import java.util.Map;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What admins do with the catalogue. Who does it stands in the metadata as {@code actor}. */
public sealed interface CatalogueCommand {

    /** The catalogue of this workspace. */
    String workspace();

    /** The id of the catalogue of the workspace. */
    @TargetAggregateIdentifier
    default String catalogueId() {
        return "catalogue/" + workspace();
    }

    /**
     * Makes entries, or new versions of them: all, or none when one is not valid. Answers with {@link Changed}.
     *
     * @param entries by name: letters, digits and {@code _.:-}, at most 200; at most 1,000 entries in a workspace
     * @param expectedVersion the version the change of a single entry was made from, 0 for a new one; null when nobody looked
     * @param replace entries that are not named are removed
     */
    record PutEntries(String workspace, Map<String, EntryDefinition> entries, @Nullable Long expectedVersion, boolean replace)
            implements CatalogueCommand {}

    /** Removes an entry. Nothing happens when there is none. What was asked for through it does not start any more. */
    record RemoveEntry(String workspace, String name) implements CatalogueCommand {}

    /** Answer to {@link PutEntries}: names. */
    record Changed(List<String> set, List<String> unchanged, List<String> removed) {}
}
