package io.countersign.command.store;

import io.countersign.command.store.api.RawLog;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the columns of the log as they are. */
final class StoredRows implements RawLog {

    private static final String COLUMNS = """
            select global_index, event_identifier, type, aggregate_identifier, sequence_number, time_stamp, payload_type, payload_revision,
                payload, meta_data
            from command.domain_event_entry
            """;

    private final JdbcClient jdbc;

    StoredRows(DataSource dataSource) {
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

    private Row row(ResultSet row, int number) throws SQLException {
        return new Row(row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getLong(5), row.getString(6),
                row.getString(7), row.getString(8), row.getString(9), row.getString(10));
    }
}
