package io.countersign.executors.sql;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.StatementReader;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads from a data source by one SQL statement. What could never run as a query is blocked before anybody is asked. */
record ReadBySql(String name, StatementReader reader, DataSources sources) implements ActionType {

    static final String NAME = "sql:query";

    /** As older catalogues call it. */
    static final String OLDER = "db_query";

    /** Rows that come back unless {@code max_rows} says otherwise. */
    static final int USUAL_ROWS = 200;

    static final int MOST_ROWS = 1_000;

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "datasource": {
                  "description": "Name of the data source",
                  "type": "string",
                  "maxLength": 63,
                  "pattern": "^[a-z0-9][a-z0-9_-]*$"
                },
                "sql": {
                  "description": "One PostgreSQL statement that reads",
                  "type": "string",
                  "minLength": 1
                },
                "max_rows": {
                  "description": "The most rows that come back; %1$d when absent",
                  "type": "integer",
                  "default": %1$d,
                  "minimum": 1,
                  "maximum": %2$d
                }
              },
              "required": ["datasource", "sql"],
              "additionalProperties": false
            }
            """.formatted(USUAL_ROWS, MOST_ROWS);

    @Override
    public boolean needsEntry() {
        return name.equals(OLDER);
    }

    @Override
    public String connector() {
        return "sql";
    }

    @Override
    public String operation() {
        return "query";
    }

    @Override
    public String description() {
        return "Read from a database by one SQL statement.";
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

    /** It only reads, so it may be done again. */
    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.IDEMPOTENT;
    }

    @Override
    public Description describe(JsonNode params) {
        String source = params.path("datasource").asString("");
        return new Description("Read from data source " + source, source);
    }

    /** The same text for the same rows on the same data source in the same environment. */
    @Override
    public Optional<String> fingerprint(String workspace, JsonNode params) {
        return sources.byName(workspace, params.path("datasource").asString("")).flatMap(source ->
                reader.read(params.path("sql").asString("")) instanceof Reading.Query query
                        ? Optional.of(String.join("\n", source.id(), source.environmentGroup(), params.path("max_rows").asString(""), query.text()))
                        : Optional.empty());
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        String source = params.path("datasource").asString("");
        if (sources.byName(facts.workspace(), source).isEmpty()) {
            return Optional.of(new Block("datasource_unknown", "There is no data source called " + source + "."));
        }
        return reader.read(params.path("sql").asString("")) instanceof Reading.Refused refused
                ? Optional.of(new Block(refused.code(), refused.reason())) : Optional.empty();
    }
}
