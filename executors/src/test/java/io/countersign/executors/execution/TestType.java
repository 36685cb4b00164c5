package io.countersign.executors.execution;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** An action type of one class that takes anything. */
record TestType(String name, ExecutionClass executionClass, ApprovalMode defaultMode) implements ActionType {

    @Override
    public String description() {
        return "For tests.";
    }

    @Override
    public String parametersSchema() {
        return "{\"type\":\"object\"}";
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
    public List<String> requiredCredentials() {
        return List.of();
    }

    @Override
    public Description describe(JsonNode params) {
        return new Description("Test", "nowhere");
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        return Optional.empty();
    }
}
