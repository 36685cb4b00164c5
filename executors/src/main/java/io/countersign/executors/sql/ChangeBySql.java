package io.countersign.executors.sql;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.Reading.Change;
import io.countersign.command.sql.api.Reading.Query;
import io.countersign.command.sql.api.StatementReader;
import io.countersign.executors.Masking;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Changes rows of one table of a data source, at most so many. The rows as they were are kept, so that it can be undone. */
@Component
class ChangeBySql implements ActionType {

    static final String NAME = "db_execute";

    /** Rows it may change unless {@code max_affected_rows} says otherwise. */
    static final int USUAL_ROWS = 100;

    private static final Masking SHORT = Masking.of(List.of());
    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "datasource": {"description": "Name of the data source", "type": "string", "maxLength": 63, "pattern": "^[a-z0-9][a-z0-9_-]*$"},
                "sql": {"description": "One PostgreSQL INSERT, UPDATE or DELETE of one table", "type": "string", "minLength": 1},
                "max_affected_rows": {"description": "With more rows than this nothing is changed; %1$d when absent", "type": "integer",
                  "default": %1$d, "minimum": 1, "maximum": 1000}
              },
              "required": ["datasource", "sql"],
              "additionalProperties": false
            }
            """.formatted(USUAL_ROWS);

    private final StatementReader reader;
    private final DataSources sources;

    ChangeBySql(StatementReader reader, DataSources sources) {
        this.reader = reader;
        this.sources = sources;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String connector() {
        return "sql";
    }

    @Override
    public String operation() {
        return "execute";
    }

    @Override
    public String description() {
        return "Change rows of a database table by one SQL statement.";
    }

    @Override
    public String parametersSchema() {
        return SCHEMA;
    }

    @Override
    public boolean needsEntry() {
        return true;
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

    /** The database remembers which transactions it committed. */
    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.CHECKABLE;
    }

    @Override
    public Description describe(JsonNode params) {
        String source = params.path("datasource").asString("");
        String most = " at most " + params.path("max_affected_rows").asInt(USUAL_ROWS) + " rows ";
        String what = reader.readChange(params.path("sql").asString("")) instanceof Query query && query.change() instanceof Change change
                ? switch (change.verb()) {
                    case "insert" -> "Insert" + most + "into ";
                    case "delete" -> "Delete" + most + "from ";
                    default -> "Update" + most + "of ";
                } + SHORT.excerpt(change.place(), 140) : "Change" + most;
        return new Description((what + " in data source " + source).replace("  ", " "), source);
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        String source = params.path("datasource").asString("");
        if (sources.byName(facts.workspace(), source).isEmpty()) {
            return Optional.of(new Block("datasource_unknown", "There is no data source called " + source + "."));
        }
        return reader.readChange(params.path("sql").asString("")) instanceof Reading.Refused refused
                ? Optional.of(new Block(refused.code(), refused.reason())) : Optional.empty();
    }
}
