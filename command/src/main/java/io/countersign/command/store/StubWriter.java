package io.countersign.command.store;

import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.store.api.RawLog;
import io.countersign.command.store.api.Stub;
import io.countersign.command.store.api.Stubs;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds a connection of the owner's role only while it works. */
final class StubWriter implements Stubs {

    private static final Logger LOG = LoggerFactory.getLogger(StubWriter.class);
    private static final String ARCHIVED = "action.content_archived";

    private final JdbcClient jdbc;
    private final RawLog log;
    private final @Nullable DatabaseEndpoint endpoint;
    private final JsonMapper json = JsonMapper.builder().build();

    StubWriter(DataSource dataSource, RawLog log, @Nullable DatabaseEndpoint endpoint) {
        this.jdbc = JdbcClient.create(dataSource);
        this.log = log;
        this.endpoint = endpoint;
    }

    @Override
    public boolean arePossible() {
        return endpoint != null && !endpoint.migrationUser().isBlank();
    }

    @Override
    public List<String> pending(int most) {
        return jdbc.sql("""
                select e.aggregate_identifier from command.domain_event_entry e where e.payload_type = 'action.content_archived'
                    and not exists (select from command.archived_action a where a.action_id = e.aggregate_identifier)
                order by e.global_index limit ?""").param(most).query(String.class).list();
    }

    @Override
    public int put(Collection<String> actionIds) {
        if (actionIds.isEmpty()) {
            return 0;
        }
        int put = 0;
        try (Connection owner = owner()) {
            owner.setAutoCommit(false);
            for (String action : actionIds) {
                put += put(owner, action);
                owner.commit();
            }
        } catch (SQLException e) {
            throw new DataAccessResourceFailureException("Archived events could not be replaced by their stubs", e);
        }
        return put;
    }

    private int put(Connection owner, String action) throws SQLException {
        List<RawLog.Row> rows = log.of(action);
        RawLog.Row archived = rows.stream().filter(row -> row.name().equals(ARCHIVED)).findFirst().orElse(null);
        if (archived == null || !isNew(owner, action)) {
            return 0;
        }
        List<RawLog.Row> whole = rows.stream().filter(row -> row.sequence() < archived.sequence()).toList();
        JsonNode says = json.readTree(archived.payload());
        if (whole.size() != says.path("events").asInt() || !Stub.digest(whole).equals(says.path("stubs").asString())) {
            LOG.error("The events of action {} are not those that were archived; they stay as they are", action);
            owner.rollback();
            return 0;
        }
        int changed = 0;
        try (PreparedStatement change = owner.prepareStatement(
                "update command.domain_event_entry set payload = ? where global_index = ? and payload = ?")) {
            for (RawLog.Row row : whole) {
                String stub = Stub.payload(row.payload());
                if (!stub.equals(row.payload())) {
                    change.setString(1, stub);
                    change.setLong(2, row.index());
                    change.setString(3, row.payload());
                    if (change.executeUpdate() != 1) {
                        throw new SQLException("Event " + row.index() + " changed meanwhile");
                    }
                    changed++;
                }
            }
        }
        return changed;
    }

    /** Of two nodes at it, the second waits here and then finds it done. */
    private static boolean isNew(Connection owner, String action) throws SQLException {
        try (PreparedStatement mark = owner.prepareStatement("insert into command.archived_action (action_id) values (?) on conflict do nothing")) {
            mark.setString(1, action);
            return mark.executeUpdate() == 1;
        }
    }

    private Connection owner() throws SQLException {
        DatabaseEndpoint known = endpoint;
        if (known == null || known.migrationUser().isBlank()) {
            throw new SQLException("The role that owns the log is not known here");
        }
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(known.jdbcUrl());
        database.setUser(known.migrationUser());
        database.setPassword(known.migrationPassword());
        return database.getConnection();
    }
}
