package io.countersign.executors.sql;

import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.datasource.api.DataSources.Source;
import io.countersign.command.evaluation.api.FactSource;
import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.StatementReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** What rules see of a query, or of a change, under {@code sql}. */
@Component
class SqlFactSource implements FactSource {

    private final StatementReader reader;
    private final DataSources sources;
    private final Inspector inspector;

    SqlFactSource(StatementReader reader, DataSources sources, Inspector inspector) {
        this.reader = reader;
        this.sources = sources;
        this.inspector = inspector;
    }

    @Override
    public String namespace() {
        return "sql";
    }

    @Override
    public boolean speaksFor(ActionType type) {
        return SqlParts.READING.contains(type.name()) || type.name().equals(ChangeBySql.NAME);
    }

    @Override
    public Map<String, @Nullable Object> gather(String workspace, ActionType type, JsonNode params) {
        Optional<Source> source = sources.byName(workspace, params.path("datasource").asString(""));
        String sql = params.path("sql").asString("");
        SqlFacts facts = switch (type.name().equals(ChangeBySql.NAME) ? reader.readChange(sql) : reader.read(sql)) {
            case Reading.Refused refused -> SqlFacts.unknown(refused.kinds(), refused.reason());
            case Reading.Query query -> source.map(known -> inspector.inspect(known, query))
                    .orElseGet(() -> SqlFacts.unknown(query.kinds(), "There is no such data source."));
        };
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("statement_kinds", sorted(facts.kinds()));
        map.put("tables", sorted(facts.tables()));
        map.put("columns", sorted(facts.columns()));
        map.put("functions", sorted(facts.functions()));
        map.put("estimated_rows", facts.estimatedRows());
        map.put("datasource", params.path("datasource").asString(""));
        map.put("environment_group", source.map(Source::environmentGroup).orElse(null));
        map.put(UNINSPECTABLE, facts.uninspectable());
        return map;
    }

    private static List<String> sorted(java.util.Set<String> values) {
        return new ArrayList<>(new java.util.TreeSet<>(values));
    }
}
