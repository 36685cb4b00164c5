package io.countersign.command.action;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.ParameterFault;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Two types: mail, which a person must allow and which may only go to people of the house; and a note, which nobody minds. */
final class SmallCatalogue implements ActionTypes {

    private final Map<String, ActionType> types = new LinkedHashMap<>();

    static SmallCatalogue of(ActionType... types) {
        SmallCatalogue catalogue = new SmallCatalogue();
        for (ActionType type : types) {
            catalogue.types.put(type.name(), type);
        }
        return catalogue;
    }

    static ActionType mail() {
        return new Letter("mail:send", ApprovalMode.MANUAL);
    }

    static ActionType note() {
        return new Letter("note:add", ApprovalMode.AUTO);
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

    private record Letter(String name, ApprovalMode defaultMode) implements ActionType {

        @Override
        public String description() {
            return "Writes to somebody.";
        }

        @Override
        public String parametersSchema() {
            return "{}";
        }

        @Override
        public String scope() {
            return "external";
        }

        @Override
        public boolean reversible() {
            return true;
        }

        @Override
        public ExecutionClass executionClass() {
            return ExecutionClass.IDEMPOTENT;
        }

        @Override
        public List<String> requiredCredentials() {
            return List.of();
        }

        @Override
        public Description describe(JsonNode params) {
            String to = params.path("to").asString();
            return new Description("Send mail to " + to, to);
        }

        @Override
        public Optional<Block> gate(JsonNode params, GateFacts facts) {
            String to = params.path("to").asString();
            return facts.isMember().test(to) ? Optional.empty()
                    : Optional.of(new Block("recipient_not_allowed", to + " is not a person of this house."));
        }
    }
}
