package io.countersign.command.store;

import io.countersign.command.database.api.BulkRows;
import io.countersign.command.store.api.RawLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the columns of the log as they are. */
final class StoredRows implements RawLog {

    private static final String COLUMNS = """
            select global_index, event_identifier, type, aggregate_identifier, sequence_number, time_stamp, payload_type, payload_revision,
                payload, meta_data
            from command.domain_event_entry
            """;

    private static final String PACKED = """
            select e.global_index, e.global_index::text, e.event_identifier, e.type, e.aggregate_identifier, e.sequence_number::text,
                e.time_stamp, e.payload_type, e.payload_revision, e.payload, e.meta_data
            from command.domain_event_entry e where e.global_index >= %d order by e.global_index limit %d""";

    private final DataSource dataSource;
    private final JdbcClient jdbc;

    StoredRows(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
    }

    @Override
    public List<Row> read(long from, int most) {
        return jdbc.sql(COLUMNS + "where global_index >= ? order by global_index limit ?").param(from).param(most).query(this::row).list();
    }

    @Override
    public List<Row> of(String aggregateId) {
        return jdbc.sql(COLUMNS + "where aggregate_identifier = ? order by sequence_number").param(aggregateId).query(this::row).list();
    }

    @Override
    public Map<String, Long> archived() {
        Map<String, Long> archived = new HashMap<>();
        jdbc.sql("select aggregate_identifier, sequence_number from command.domain_event_entry where payload_type = 'action.content_archived'")
                .query(row -> {
                    archived.put(row.getString(1), row.getLong(2));
                });
        return archived;
    }

    @Override
    public Scan scan(long from, int stretch) {
        BulkRows rows = new BulkRows(dataSource, PACKED, from, stretch);
        return new Scan() {
            @Override
            public @Nullable Packed next() {
                return rows.next() ? new Packed(rows.key(), rows.bytes(), rows.start()) : null;
            }

            @Override
            public void close() {
                rows.close();
            }
        };
    }

    private Row row(ResultSet row, int number) throws SQLException {
        return new Row(row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getLong(5), row.getString(6),
                row.getString(7), row.getString(8), row.getString(9), row.getString(10));
    }
}
