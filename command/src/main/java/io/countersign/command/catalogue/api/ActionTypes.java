package io.countersign.command.catalogue.api;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The action types of this installation. */
public interface ActionTypes {

    /** By exact name; disabled types are included. */
    Optional<ActionType> byName(String name);

    /** All, by name. */
    Collection<ActionType> all();

    /** What the schema of a type finds wrong with parameters; empty when they are valid. At most 20 are named. */
    List<ParameterFault> faults(ActionType type, JsonNode params);
}
