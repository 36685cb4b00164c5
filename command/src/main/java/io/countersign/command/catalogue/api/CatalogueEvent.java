package io.countersign.command.catalogue.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

/** What happened to the catalogue of a workspace. */
public sealed interface CatalogueEvent {

    /** The catalogue of the workspace. */
    String catalogueId();

    /** The entry concerned. */
    String name();

    /** An entry says this from now on. */
    @EventName("catalogue.entry_defined")
    @Revision("1")
    record EntryDefined(String catalogueId, String workspace, String name, long version, EntryDefinition definition)
            implements CatalogueEvent {}

    /** An entry is no more. */
    @EventName("catalogue.entry_removed")
    @Revision("1")
    record EntryRemoved(String catalogueId, String workspace, String name, long version) implements CatalogueEvent {}
}
