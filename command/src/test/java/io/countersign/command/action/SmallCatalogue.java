package io.countersign.command.action;

import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.ParameterFault;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The types of a specification. Parameters are valid when they say to whom. */
final class SmallCatalogue implements ActionTypes {

    private final Map<String, ActionType> types = new LinkedHashMap<>();

    static SmallCatalogue of(ActionType... types) {
        SmallCatalogue catalogue = new SmallCatalogue();
        for (ActionType type : types) {
            catalogue.types.put(type.name(), type);
        }
        return catalogue;
    }

    @Override
    public Optional<ActionType> byName(String name) {
        return Optional.ofNullable(types.get(name));
    }

    @Override
    public Collection<ActionType> all() {
        return types.values();
    }

    @Override
    public List<ParameterFault> faults(ActionType type, JsonNode params) {
        return params.path("to").isString() ? List.of() : List.of(new ParameterFault("params.to", "is required"));
    }
}
