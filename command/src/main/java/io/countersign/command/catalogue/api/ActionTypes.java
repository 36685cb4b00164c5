package io.countersign.command.catalogue.api;

import io.countersign.command.action.api.Terms;
import io.countersign.command.principal.api.Principal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The action types of this installation, and what the catalogues of its workspaces make of them. */
public interface ActionTypes {

    /** By exact name; disabled types are included. */
    Optional<ActionType> byName(String name);

    /** All, by name. */
    Collection<ActionType> all();

    /** What the schema of a type finds wrong with parameters; empty when they are valid. At most 20 are named. */
    List<ParameterFault> faults(ActionType type, JsonNode params);

    /**
     * What this caller means by a name: an entry of the catalogue that is granted, else a type that can be called without one. Empty when there
     * is none for this caller.
     */
    default Optional<ActionType> offered(Principal caller, String name) {
        return byName(name);
    }

    /** Everything this caller may ask for, by name of the entry or type. */
    default Collection<ActionType> offered(Principal caller) {
        return all();
    }

    /** The type of an action as it was when the action was asked for, with the entry in the version of then. */
    default Optional<ActionType> asAsked(String workspace, String actionType, Terms terms) {
        return byName(actionType);
    }

    /** Whether the entry behind these terms may still be used by this requester: it may be gone, disabled, blocked or no longer granted. */
    default boolean isStillOffered(String workspace, Principal requester, Terms terms) {
        return true;
    }
}
