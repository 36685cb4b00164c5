package io.countersign.executors.sql;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.datasource.api.DataSources.Source;
import io.countersign.command.datasource.api.PostgresUrl;
import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.StatementReader;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.Masking;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the approved statement on a connection of its own, in a transaction that only reads and is rolled back. The server is sent the
 * canonical text of the approved bytes and nothing else.
 */
final class SqlQueryExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.shared();
    static final Duration LONGEST = Duration.ofSeconds(60);
    static final Duration FOR_ANSWERING = Duration.ofSeconds(1);

    private final String name;
    private final DataSources sources;
    private final StatementReader reader;

    SqlQueryExecutor(String name, DataSources sources, StatementReader reader) {
        this.name = name;
        this.sources = sources;
        this.reader = reader;
    }

    @Override
    public String actionType() {
        return name;
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        JsonNode params = JSON.readTree(attempt.params());
        Optional<Source> source = sources.byName(attempt.workspace(), params.path("datasource").asString(""));
        Optional<String> password = source.flatMap(sources::password);
        if (password.isEmpty()) {
            return new Failed("datasource_unknown", "The data source is no longer there, or its password is not.", null);
        }
        if (!(reader.read(params.path("sql").asString("")) instanceof Reading.Query query)) {
            return new Failed("sql_unreadable", "The statement cannot be read any more.", null);
        }
        Masking masking = Masking.of(List.of(password.get()));
        Duration patience = shorter(timeLeft.minus(FOR_ANSWERING), LONGEST);
        if (!patience.isPositive()) {
            return new TimedOut("The time was up before anything was sent.");
        }
        try (Connection connection = Reach.open(PostgresUrl.parse(source.get().url()), source.get().username(), password.get(), patience)) {
            try (Statement statement = connection.createStatement()) {
                Rows rows = new Rows(params.path("max_rows").asInt(ReadBySql.USUAL_ROWS), masking);
                return new Succeeded(rows.of(statement, query.text()), null, false, false);
            } finally {
                connection.rollback();
            }
        } catch (Reach.OutOfReach e) {
            return new Failed("datasource_unreachable", e.sentence(), null);
        } catch (SQLException e) {
            return refused(e, masking);
        }
    }

    static ExecutionOutcome refused(SQLException e, Masking masking) {
        return switch (String.valueOf(e.getSQLState())) {
            case "57014" -> new TimedOut("The statement took longer than it may and was stopped.");
            case "40001" -> new Failed("changed_meanwhile", "Somebody else changed the same rows at the same time, so nothing was done.", null);
            default -> new Failed("sql_error", masking.sentence("The data source refused it: " + Reach.message(e) + "."), null);
        };
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
