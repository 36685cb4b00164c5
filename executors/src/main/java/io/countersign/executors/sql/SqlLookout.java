package io.countersign.executors.sql;

import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.preview.api.Lookout;
import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.StatementReader;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks the planner of the data source how it would go about a statement; the statement is not run. */
@Component
class SqlLookout implements Lookout {

    private final StatementReader reader;
    private final DataSources sources;
    private final Inspector inspector;

    SqlLookout(StatementReader reader, DataSources sources, Inspector inspector) {
        this.reader = reader;
        this.sources = sources;
        this.inspector = inspector;
    }

    @Override
    public boolean looksAt(String actionType) {
        return SqlParts.READING.contains(actionType) || actionType.equals(ChangeBySql.NAME);
    }

    @Override
    public Sight look(Subject of) {
        JsonNode params = JsonMapper.shared().readTree(of.params());
        String sql = params.path("sql").asString("");
        var source = sources.byName(of.workspace(), params.path("datasource").asString(""));
        if (source.isEmpty()) {
            return Sight.none("There is no such data source.");
        }
        return switch (of.actionType().equals(ChangeBySql.NAME) ? reader.readChange(sql) : reader.read(sql)) {
            case Reading.Refused refused -> Sight.none("It cannot be planned: " + refused.reason());
            case Reading.Query query -> {
                Inspector.Planned planned = inspector.plan(source.get(), query);
                yield planned.trouble() == null ? new Sight(List.of(), List.of(), planned.steps(), 0, null) : Sight.none(planned.trouble());
            }
        };
    }
}
