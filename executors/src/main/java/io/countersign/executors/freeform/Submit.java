package io.countersign.executors.freeform;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.Masking;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Something that no action type fits, in the agent's own words. A person always looks, whatever tier is asked for, except where it asks to be
 * blocked; once approved a worker outside, or the person, does it.
 */
@Component
class Submit implements ActionType {

    static final String NAME = "submit";

    private static final Masking SHORT = Masking.of(List.of());
    private static final int A_MINUTE = 20;
    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "description": {"description": "What is to be done", "type": "string", "minLength": 1, "maxLength": 4000},
                "tier": {"description": "blocked, to have it on record only; everything else waits for a person", "type": "string", "maxLength": 50}
              },
              "required": ["description"],
              "additionalProperties": false
            }
            """;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Ask in words for something that no other action does.";
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
        return "external";
    }

    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.ONCE;
    }

    @Override
    public Execution execution() {
        return Execution.EXTERNAL;
    }

    @Override
    public OptionalInt callsPerMinute() {
        return OptionalInt.of(A_MINUTE);
    }

    @Override
    public Description describe(JsonNode params) {
        return new Description(SHORT.excerpt("Asked for in words: " + params.path("description").asString(""), 300), "a worker outside");
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        return params.path("tier").asString("").equals("blocked") ? Optional.of(new Block("tier_blocked", "It asked to be blocked.")) : Optional.empty();
    }
}
