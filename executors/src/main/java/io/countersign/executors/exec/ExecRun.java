package io.countersign.executors.exec;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.Masking;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Runs a program with its arguments, without a shell. The exec policy says which; until an admin switches it on, none. */
@Component
class ExecRun implements ActionType {

    static final String NAME = "exec:run";

    private static final Masking SHORT = Masking.of(List.of());

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "argv": {
                  "description": "The program and its arguments, one each; no shell reads them",
                  "type": "array",
                  "minItems": 1,
                  "maxItems": 256,
                  "items": {"type": "string", "maxLength": 8192, "pattern": "^[^\\\\u0000]*$"}
                },
                "cwd": {"description": "Absolute folder to run in", "type": "string", "pattern": "^/[^\\\\u0000]*$", "maxLength": 1000},
                "timeout_secs": {"type": "integer", "minimum": 1, "maximum": 86400}
              },
              "required": ["argv"],
              "additionalProperties": false
            }
            """;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Run a program, without a shell.";
    }

    @Override
    public String parametersSchema() {
        return SCHEMA;
    }

    @Override
    public ApprovalMode defaultMode() {
        return ApprovalMode.AUTO;
    }

    @Override
    public String scope() {
        return "external";
    }

    @Override
    public boolean reversible() {
        return false;
    }

    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.ONCE;
    }

    @Override
    public List<String> requiredCredentials() {
        return List.of();
    }

    @Override
    public List<String> commandLine(JsonNode params) {
        return params.path("argv").valueStream().map(word -> word.asString("")).toList();
    }

    @Override
    public Description describe(JsonNode params) {
        var line = String.join(" ", commandLine(params));
        return new Description(SHORT.excerpt("Run " + line, 300), SHORT.excerpt(params.path("cwd").asString("the service's own folder"), 500));
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        return commandLine(params).getFirst().isBlank() ? Optional.of(new Block("program_invalid", "The program's name is empty."))
                : Optional.empty();
    }
}
