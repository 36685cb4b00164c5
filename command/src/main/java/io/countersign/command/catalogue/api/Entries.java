package io.countersign.command.catalogue.api;

import java.util.List;
import java.util.Optional;

/** The entries of the catalogue as they stand now, on every node. */
public interface Entries {

    /** All of a workspace, by name; disabled ones too. */
    List<Entry> all(String workspace);

    /** One by its exact name. */
    Optional<Entry> byName(String workspace, String name);

    /** One in the version of a {@link Entry#reference()}, also when it was changed or removed since. */
    Optional<Entry> at(String workspace, String reference);
}
