package io.countersign.executors.sql;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.datasource.api.DataSourceProbe;
import io.countersign.command.datasource.api.PostgresUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Takes roles that can only do what they were granted, also by way of the roles they belong to. */
@Component
class WeakRoleProbe implements DataSourceProbe {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String MIGHT = """
            select case
                when exists (select 1 from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = 'command' and c.relname = 'domain_event_entry') then 'This is the gateway''s own store.'
                when exists (select 1 from pg_catalog.pg_roles r where r.rolsuper and pg_has_role(r.oid, 'member'))
                    then 'The role is a superuser, or belongs to one.'
                when exists (select 1 from pg_catalog.pg_roles r where r.rolbypassrls and pg_has_role(r.oid, 'member'))
                    then 'The role passes by row security (BYPASSRLS).'
                when exists (select 1 from pg_catalog.pg_roles r where (r.rolcreaterole or r.rolreplication) and pg_has_role(r.oid, 'member'))
                    then 'The role may create roles or replicate.'
                else (select 'The role belongs to ' || min(r.rolname) || '.' from pg_catalog.pg_roles r
                    where (r.rolname like 'pg\\_%\\_server\\_%' or r.rolname in ('pg_write_all_data', 'pg_signal_backend', 'pg_maintain'))
                        and pg_has_role(r.oid, 'member'))
                end""";

    @Override
    public void mustBeWeak(PostgresUrl url, String username, String password) {
        try (Connection connection = Reach.open(url, username, password, PATIENCE);
                Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(MIGHT)) {
            row.next();
            String might = row.getString(1);
            if (might != null) {
                throw new Refused(RefusalCode.VALIDATION_ERROR, might + " Give the data source a role that may do nothing but read what agents "
                        + "may ask for.");
            }
        } catch (Reach.OutOfReach e) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, e.sentence());
        } catch (SQLException e) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The role cannot be looked at: " + Reach.sentence(e));
        }
    }
}
