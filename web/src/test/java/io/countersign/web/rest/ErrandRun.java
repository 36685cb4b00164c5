package io.countersign.web.rest;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** An action type that needs nobody and that is done outside. */
@Component
final class ErrandRun implements ActionType {

    @Override
    public String name() {
        return "errand:run";
    }

    @Override
    public String description() {
        return "Runs an errand.";
    }

    @Override
    public String parametersSchema() {
        return "{\"type\":\"object\"}";
    }

    @Override
    public ApprovalMode defaultMode() {
        return ApprovalMode.AUTO;
    }

    @Override
    public String scope() {
        return "internal";
    }

    @Override
    public boolean reversible() {
        return false;
    }

    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.IDEMPOTENT;
    }

    @Override
    public Execution execution() {
        return Execution.EXTERNAL;
    }

    @Override
    public List<String> requiredCredentials() {
        return List.of();
    }

    @Override
    public Description describe(JsonNode params) {
        return new Description("Run an errand", "outside");
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        return Optional.empty();
    }
}
