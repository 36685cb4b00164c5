package io.countersign.executors.exec;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.Masking;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Runs a program with its arguments, without a shell. The exec policy says which; until an admin switches it on, none. Under its older name
 * the line comes as one text, which is cut into words as a shell would cut it, and refused where a shell would do more.
 */
record ExecRun(String name) implements ActionType {

    static final String NAME = "exec:run";
    static final String OLDER = "shell_command";
    static final String MEMORY = "memory_mb";

    private static final Masking SHORT = Masking.of(List.of());

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                %s,
                "cwd": {"description": "Folder of the agent to run in; an empty one when absent", "type": "string", "pattern": "^[^\\\\u0000]*$",
                  "minLength": 1, "maxLength": 1000},
                "timeout_secs": {"type": "integer", "minimum": 1, "maximum": 86400}
              },
              "required": ["%s"],
              "additionalProperties": false
            }
            """;
    private static final String ARGV = """
            "argv": {
                  "description": "The program and its arguments, one each; no shell reads them",
                  "type": "array",
                  "minItems": 1,
                  "maxItems": 256,
                  "items": {"type": "string", "maxLength": 8192, "pattern": "^[^\\\\u0000]*$"}
                }""";
    private static final String COMMAND = """
            "command": {"description": "The program and its arguments; quotes hold words together, nothing else means anything", "type": "string",
                  "minLength": 1, "maxLength": 16384, "pattern": "^[^\\\\u0000]*$"}""";

    @Override
    public boolean needsEntry() {
        return name.equals(OLDER);
    }

    @Override
    public String connector() {
        return "exec";
    }

    @Override
    public String operation() {
        return "run";
    }

    @Override
    public String description() {
        return "Run a program, without a shell.";
    }

    @Override
    public String parametersSchema() {
        return name.equals(OLDER) ? SCHEMA.formatted(COMMAND, "command") : SCHEMA.formatted(ARGV, "argv");
    }

    @Override
    public ApprovalMode defaultMode() {
        return name.equals(OLDER) ? ApprovalMode.MANUAL : ApprovalMode.AUTO;
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
    public Set<String> settings() {
        return Set.of(MEMORY);
    }

    @Override
    public Map<String, String> configFaults(Map<String, String> config) {
        return config.getOrDefault(MEMORY, "1").matches("[1-9][0-9]{0,6}") ? Map.of() : Map.of(MEMORY, "must be a number of MiB");
    }

    /** A line that cannot be cut is one word, which is the name of no program. */
    @Override
    public List<String> commandLine(JsonNode params) {
        return params.has("argv") ? params.path("argv").valueStream().map(word -> word.asString("")).toList()
                : Line.words(params.path("command").asString("")).orElse(List.of(params.path("command").asString("")));
    }

    @Override
    public Description describe(JsonNode params) {
        var line = Line.of(commandLine(params));
        return new Description(SHORT.excerpt("Run " + line, 300), SHORT.excerpt(params.path("cwd").asString("an empty folder"), 500));
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        if (params.has("command") && Line.words(params.path("command").asString("")).isEmpty()) {
            return Optional.of(new Block("shell_syntax",
                    "No shell reads the command: quotes must be closed, and ; | & < > $ ` * ? ( ) { } ~ # ! stand in quotes only."));
        }
        return commandLine(params).getFirst().isBlank() ? Optional.of(new Block("program_invalid", "The program's name is empty."))
                : Optional.empty();
    }
}
