package io.countersign.executors.file;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.workspace.NotPossible;
import io.countersign.executors.workspace.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What can be done to files. What takes something away waits half a minute first, so that it can be withdrawn.
 *
 * <p>Each is one rename in the end, of something made ready outside; so it can always be told afterwards whether it happened.
 */
record FileAction(Operation of) implements ActionType {

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int LONGEST_IN_WORDS = 110;

    /** What is done. */
    enum Operation {
        FILE_CREATE("Create a file that does not exist yet.", false, List.of("path"), """
                "path": {"type": "string", "minLength": 1, "maxLength": 1024},
                "content": {"type": "string", "maxLength": 262144}"""),
        FILE_WRITE("Write a file, new or not; append adds to its end.", false, List.of("path", "content"), """
                "path": {"type": "string", "minLength": 1, "maxLength": 1024},
                "content": {"type": "string", "maxLength": 262144},
                "append": {"enum": [true, false, "true", "false"]}"""),
        FILE_DELETE("Delete a file.", true, List.of("path"), """
                "path": {"type": "string", "minLength": 1, "maxLength": 1024}"""),
        FILE_COPY("Copy a file to a place that is free.", false, List.of("src", "dst"), """
                "src": {"type": "string", "minLength": 1, "maxLength": 1024},
                "dst": {"type": "string", "minLength": 1, "maxLength": 1024}"""),
        FILE_MOVE("Move a file to a place that is free.", true, List.of("src", "dst"), """
                "src": {"type": "string", "minLength": 1, "maxLength": 1024},
                "dst": {"type": "string", "minLength": 1, "maxLength": 1024}"""),
        DIR_CREATE("Create a folder, and those above it that are missing.", false, List.of("path"), """
                "path": {"type": "string", "minLength": 1, "maxLength": 1024}"""),
        DIR_DELETE("Delete a folder with all that is in it; recursive false spares one that is not empty.", true, List.of("path"), """
                "path": {"type": "string", "minLength": 1, "maxLength": 1024},
                "recursive": {"enum": [true, false, "true", "false"]}""");

        private final String description;
        private final boolean takesAway;
        private final String schema;

        Operation(String description, boolean takesAway, List<String> required, String properties) {
            this.description = description;
            this.takesAway = takesAway;
            this.schema = """
                    {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false,
                    "required": ["%s"], "properties": {%s}}""".formatted(String.join("\", \"", required), properties);
        }

        /** As agents name it, such as {@code file_create}. */
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String name() {
        return of.wire();
    }

    @Override
    public String connector() {
        return name().substring(0, name().indexOf('_'));
    }

    @Override
    public String operation() {
        return name().substring(name().indexOf('_') + 1);
    }

    @Override
    public String description() {
        return of.description;
    }

    @Override
    public String parametersSchema() {
        return of.schema;
    }

    @Override
    public ApprovalMode defaultMode() {
        return ApprovalMode.AUTO;
    }

    @Override
    public Duration delay() {
        return of.takesAway ? GRACE : Duration.ZERO;
    }

    @Override
    public String scope() {
        return "internal";
    }

    @Override
    public boolean reversible() {
        return true;
    }

    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.CHECKABLE;
    }

    @Override
    public Description describe(JsonNode params) {
        String path = shortened(params.path("path").asString(""));
        String from = shortened(params.path("src").asString(""));
        String to = shortened(params.path("dst").asString(""));
        int bytes = params.path("content").asString("").getBytes(StandardCharsets.UTF_8).length;
        return switch (of) {
            case FILE_CREATE -> new Description("Create file " + path + " (" + bytes + " bytes)", path);
            case FILE_WRITE -> new Description(says(params, "append", false) ? "Add " + bytes + " bytes to the end of file " + path
                    : "Write file " + path + " anew (" + bytes + " bytes)", path);
            case FILE_DELETE -> new Description("Delete file " + path, path);
            case FILE_COPY -> new Description("Copy file " + from + " to " + to, to);
            case FILE_MOVE -> new Description("Move file " + from + " to " + to, to);
            case DIR_CREATE -> new Description("Create folder " + path, path);
            case DIR_DELETE -> new Description("Delete folder " + path + (says(params, "recursive", true) ? " and all that is in it" : " if it is empty"), path);
        };
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        for (String name : List.of("path", "src", "dst")) {
            if (params.has(name)) {
                try {
                    Place.of(params.path(name).asString(""));
                } catch (NotPossible refused) {
                    return Optional.of(new Block(refused.code(), refused.sentence()));
                }
            }
        }
        return Optional.empty();
    }

    /** A flag that older callers send as text. */
    static boolean says(JsonNode params, String flag, boolean otherwise) {
        JsonNode value = params.path(flag);
        return value.isMissingNode() ? otherwise : value.asString("").equals("true") || value.isBoolean() && value.booleanValue();
    }

    private static String shortened(String path) {
        return path.length() <= LONGEST_IN_WORDS ? path : "\u2026" + path.substring(path.length() - LONGEST_IN_WORDS);
    }
}
