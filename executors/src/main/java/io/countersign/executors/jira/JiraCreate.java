package io.countersign.executors.jira;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Creates a Jira issue of type Task. The way back is to close it. */
@Component
class JiraCreate implements ActionType {

    static final String NAME = "jira:create";

    /** Begins the label by which an issue is found again; nobody else may set it. */
    static final String OUR_LABEL = "countersign-";

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "summary": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[^\\\\r\\\\n]*$"},
                "description": {"type": "string", "maxLength": 32000},
                "project": {
                  "description": "Project key; the installation's default project when absent",
                  "type": "string",
                  "maxLength": 50,
                  "pattern": "^[A-Z][A-Z0-9_]+$"
                },
                "labels": {
                  "type": "array",
                  "maxItems": 50,
                  "items": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^\\\\S+$"}
                }
              },
              "required": ["summary", "description"],
              "additionalProperties": false
            }
            """;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Create a Jira issue.";
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
    public boolean reversible() {
        return true;
    }

    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.CHECKABLE;
    }

    @Override
    public List<String> requiredCredentials() {
        return JiraSite.CREDENTIALS;
    }

    @Override
    public Description describe(JsonNode params) {
        var project = params.path("project").asString("");
        return project.isEmpty()
                ? new Description("Create Jira issue in the default project", "Default project")
                : new Description("Create Jira issue in project " + project, project);
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        for (var label : params.path("labels")) {
            if (label.asString("").toLowerCase(Locale.ROOT).startsWith(OUR_LABEL)) {
                return Optional.of(new Block("label_reserved",
                        "The label \"" + label.asString() + "\" begins with " + OUR_LABEL + ", which marks issues of other actions."));
            }
        }
        return Optional.empty();
    }
}
