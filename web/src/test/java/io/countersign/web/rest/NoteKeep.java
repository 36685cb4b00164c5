package io.countersign.web.rest;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** An action type that needs nobody and that nobody carries out: it is cleared at once and fails at once. */
@Component
final class NoteKeep implements ActionType {

    @Override
    public String name() {
        return "note:keep";
    }

    @Override
    public String description() {
        return "Keeps a note.";
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
    public List<String> requiredCredentials() {
        return List.of();
    }

    @Override
    public Description describe(JsonNode params) {
        return new Description("Keep a note", "notes");
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        return Optional.empty();
    }
}
