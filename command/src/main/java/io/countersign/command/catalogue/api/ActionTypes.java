package io.countersign.command.catalogue.api;

import java.util.Collection;
import java.util.Optional;

/** The action types of this installation. */
public interface ActionTypes {

    /** By exact name; disabled types are included. */
    Optional<ActionType> byName(String name);

    /** All, by name. */
    Collection<ActionType> all();
}
