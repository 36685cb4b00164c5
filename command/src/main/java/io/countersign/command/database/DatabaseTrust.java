package io.countersign.command.database;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.countersign.command.database.api.DatabaseServer;
import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostic.Severity;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether the database keeps what it was told, and keeps even us from changing it. */
class DatabaseTrust implements DiagnosticSource, DatabaseServer {

    /** What, besides inserting and reading, the role could do to the events: directly, as their owner, or by becoming the owner. */
    private static final String POWERS = """
            select power from (
              select 'it is a superuser' as power, 1 as rank from pg_roles where rolname = current_user and rolsuper
              union all
              select 'it owns the database', 2 from pg_database
               where datname = current_database() and pg_has_role(current_user, datdba, 'MEMBER')
              union all
              select 'it owns the schema of the events', 3 from pg_namespace
               where nspname = 'command' and pg_has_role(current_user, nspowner, 'MEMBER')
              union all
              select 'it owns the table of events', 4 from pg_class
               where oid = to_regclass('command.domain_event_entry') and pg_has_role(current_user, relowner, 'MEMBER')
              union all
              select 'it may ' || lower(privilege) || ' events', 5
                from pg_class, unnest(array['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) as privilege
               where oid = to_regclass('command.domain_event_entry')
                 and (has_table_privilege(oid, privilege) or privilege = 'UPDATE' and has_any_column_privilege(oid, privilege))
            ) as powers order by rank, power limit 1""";

    private final JdbcClient jdbc;

    DatabaseTrust(DataSource dataSource) {
        this.jdbc = JdbcClient.create(dataSource);
    }

    @Override
    public List<Diagnostic> diagnose() {
        return Stream.of(tooStrongRole(), notDurable()).flatMap(Optional::stream).toList();
    }

    @Override
    public String version() {
        return jdbc.sql("show server_version").query(String.class).single();
    }

    @Override
    public boolean isDurable() {
        return notDurable().isEmpty();
    }

    /** {@code DB_ROLE_TOO_STRONG}: the application role could change or remove events. */
    Optional<Diagnostic> tooStrongRole() {
        return jdbc.sql(POWERS).query(String.class).optional().map(power -> new Diagnostic("DB_ROLE_TOO_STRONG", Severity.ERROR,
                "The application role of the database could change the event log: %s.".formatted(power),
                "Set COUNTERSIGN_DB_USER to a role that owns nothing, and COUNTERSIGN_DB_MIGRATION_USER to the one that owns the schemas."));
    }

    /** {@code DB_NOT_DURABLE}: an acknowledged commit could be lost when the machine fails. */
    private Optional<Diagnostic> notDurable() {
        List<String> off = Stream.of("fsync", "synchronous_commit", "full_page_writes")
                .filter(setting -> jdbc.sql("select current_setting(:name)").param("name", setting).query(String.class).single().equals("off"))
                .toList();
        return off.isEmpty() ? Optional.empty() : Optional.of(new Diagnostic("DB_NOT_DURABLE", Severity.ERROR,
                "The database may lose acknowledged events when the machine fails: off is %s.".formatted(String.join(", ", off)),
                "Switch it on in the server's configuration."));
    }
}
