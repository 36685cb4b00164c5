package io.countersign.executors.undo;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Undoes an executed action, once a person who may undo that one has approved. The way for agents, and for houses where two people undo. */
@Component
class UndoAction implements ActionType {

    static final String NAME = "action:undo";

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "action_id": {"type": "string", "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"}
              },
              "required": ["action_id"],
              "additionalProperties": false
            }
            """;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Undo an action that was executed.";
    }

    @Override
    public String parametersSchema() {
        return SCHEMA;
    }

    @Override
    public ApprovalMode defaultMode() {
        return ApprovalMode.MANUAL;
    }

    @Override
    public String scope() {
        return "internal";
    }

    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.IDEMPOTENT;
    }

    @Override
    public Description describe(JsonNode params) {
        String id = params.path("action_id").asString("");
        return new Description("Undo action " + id, id);
    }
}
