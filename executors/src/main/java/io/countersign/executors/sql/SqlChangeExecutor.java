package io.countersign.executors.sql;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.action.api.ActionContent.Rollback;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.datasource.api.DataSources.Source;
import io.countersign.command.datasource.api.PostgresUrl;
import io.countersign.command.sql.api.Reading.Change;
import io.countersign.command.sql.api.Reading.Query;
import io.countersign.command.sql.api.StatementReader;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.sql.ChangeJournal.Entry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the approved change in one transaction. Its number and the rows before and after are written down before the commit: so it can be told
 * afterwards whether it was committed, and undone as long as nobody has changed the rows since.
 */
final class SqlChangeExecutor implements ActionExecutor {

    /** More than this, of all rows before and after, is not kept, and so not changed. In characters. */
    static final int MOST_KEPT = 512 * 1024;

    /** What is written about a change stays at least so long. */
    private static final Duration SHORTEST_WINDOW = Duration.ofDays(7);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final DataSources sources;
    private final StatementReader reader;
    private final ChangeJournal journal;

    SqlChangeExecutor(DataSources sources, StatementReader reader, ChangeJournal journal) {
        this.sources = sources;
        this.reader = reader;
        this.journal = journal;
    }

    @Override
    public String actionType() {
        return ChangeBySql.NAME;
    }

    @Override
    public String version() {
        return "1";
    }

    /** Why nothing is changed. */
    private static final class Stopped extends Exception {

        private static final long serialVersionUID = 1L;

        private final String code;

        Stopped(String code, String sentence) {
            super(sentence, null, false, false);
            this.code = code;
        }
    }

    /** What is done in a transaction; it says itself whether it is to be committed. */
    @FunctionalInterface
    private interface Work {

        ExecutionOutcome in(Connection connection) throws SQLException, Stopped;
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) {
        JsonNode params = JSON.readTree(attempt.params());
        String datasource = params.path("datasource").asString("");
        if (!(reader.readChange(params.path("sql").asString("")) instanceof Query query) || query.change() == null) {
            return new Failed("sql_unreadable", "The statement cannot be read any more.", null);
        }
        int most = params.path("max_affected_rows").asInt(ChangeBySql.USUAL_ROWS);
        return inTransaction(attempt, datasource, timeLeft, connection -> {
            Entry done = change(connection, datasource, query.text(), query.change(), most);
            journal.write(attempt.actionId(), done);
            if (Thread.interrupted() || Deadline.isOver(attempt)) {
                return new TimedOut("The time was up before anything was changed.");
            }
            return committed(connection, told(done));
        });
    }

    @Override
    public Optional<ExecutionOutcome> lookUp(Attempt attempt, Duration timeLeft) {
        Optional<Entry> written = journal.read(attempt.actionId());
        if (written.isEmpty()) {
            boolean old = attempt.deadlineEpochMillis() - attempt.firstStartedAtEpochMillis() > SHORTEST_WINDOW.toMillis();
            return old ? Optional.of(new Unknown("journal_missing", "What was written about this change may have been cleared since.")) : Optional.empty();
        }
        ExecutionOutcome found = inTransaction(attempt, written.get().datasource(), timeLeft, connection -> {
            String fate = one(connection, "select pg_catalog.pg_xact_status(?::xid8)", written.get().transaction());
            return switch (fate == null ? "forgotten" : fate) {
                case "committed" -> told(written.get());
                case "aborted" -> new Failed("aborted", "The transaction was not committed.", null);
                default -> new Unknown("transaction_" + fate, "The data source cannot say yet, or not any more, whether it was committed.");
            };
        });
        return found instanceof Failed failed
                ? failed.errorClass().equals("aborted") ? Optional.empty() : Optional.of(new Unknown("lookup_failed", failed.error()))
                : Optional.of(found instanceof TimedOut late ? new Unknown("lookup_failed", late.error()) : found);
    }

    @Override
    public ExecutionOutcome rollBack(Attempt attempt, Duration timeLeft) {
        Optional<Entry> written = journal.read(attempt.actionId());
        if (written.isEmpty()) {
            return new Failed("journal_missing", "The rows as they were are not kept any more, so it cannot be undone.", null);
        }
        return inTransaction(attempt, written.get().datasource(), timeLeft, connection -> {
            boolean before = undo(connection, written.get());
            Succeeded undone = new Succeeded(JSON.createObjectNode().put("undone", true).put("table", written.get().table())
                    .put("rows", written.get().rows()).toString(), null, false, false);
            return before ? undone : committed(connection, undone);
        });
    }

    @Override
    public boolean observes() {
        return true;
    }

    /** The rows that would be changed, as they are now, on a connection that can only read. A new row has no before. */
    @Override
    public Optional<Observation> observe(Attempt attempt, Duration timeLeft) {
        JsonNode params = JSON.readTree(attempt.params());
        if (!(reader.readChange(params.path("sql").asString("")) instanceof Query query) || query.change() == null
                || query.change().verb().equals("insert")) {
            return Optional.empty();
        }
        Change change = query.change();
        String subject = change.place() + " in " + params.path("datasource").asString("");
        Optional<Source> source = sources.byName(attempt.workspace(), params.path("datasource").asString(""));
        Optional<String> password = source.flatMap(sources::password);
        if (password.isEmpty()) {
            return Optional.of(Observation.unseen(subject, "The data source is not there, or its password is not."));
        }
        int most = params.path("max_affected_rows").asInt(ChangeBySql.USUAL_ROWS);
        try (Connection connection = Reach.open(PostgresUrl.parse(source.get().url()), source.get().username(), password.get(),
                timeLeft.minus(SqlQueryExecutor.FOR_ANSWERING))) {
            try {
                return Optional.of(Observation.of(subject, facts(connection, change, most)));
            } finally {
                connection.rollback();
            }
        } catch (Reach.OutOfReach e) {
            return Optional.of(Observation.unseen(subject, e.sentence()));
        } catch (Stopped why) {
            return Optional.of(Observation.unseen(subject, String.valueOf(why.getMessage())));
        } catch (SQLException e) {
            return Optional.of(Observation.unseen(subject, Masking.of(List.of(password.get())).sentence("The data source says: " + Reach.message(e) + ".")));
        }
    }

    private static List<Fact> facts(Connection connection, Change change, int most) throws SQLException, Stopped {
        RowImage image = RowImage.of(connection, change.place())
                .orElseThrow(() -> new Stopped("no_such_table", "There is no table " + change.place() + " that this role can see."));
        List<String> rows = image.touched(change.called(), change.condition(), most);
        if (rows.size() > most) {
            return List.of(new Fact("Rows it touches", "more than " + most));
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            rows.forEach(row -> digest.update((row + "\n").getBytes(StandardCharsets.UTF_8)));
            return List.of(new Fact("Rows it touches", String.valueOf(rows.size())),
                    new Fact("Their content, SHA-256", HexFormat.of().formatHex(digest.digest())));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    // ---- there ----

    private Entry change(Connection connection, String datasource, String text, Change change, int most) throws SQLException, Stopped {
        RowImage image = RowImage.of(connection, change.place())
                .orElseThrow(() -> new Stopped("no_such_table", "There is no table " + change.place() + " that this role can see."));
        String transaction = String.valueOf(one(connection, "select pg_catalog.pg_current_xact_id()::text || ?", ""));
        List<String> before = new ArrayList<>();
        List<String> after = new ArrayList<>();
        int rows;
        if (change.verb().equals("insert")) {
            after.addAll(inserted(connection, text + " returning (" + change.called() + ".*)::text", most));
            rows = after.size();
        } else {
            if (image.hasKey()) {
                before.addAll(image.matching(change.called(), change.condition(), most));
                few(before.size(), most);
            }
            rows = updated(connection, text);
            few(rows, most);
            if (change.verb().equals("update") && image.hasKey()) {
                after.addAll(image.written(before));
            }
            boolean same = !image.hasKey() || rows == before.size()
                    && (change.verb().equals("update") ? after.size() == rows : image.now(before).isEmpty());
            if (!same) {
                throw new Stopped("not_undoable", "It changes keys, or other rows than its condition names, and could not be undone.");
            }
        }
        few(rows, most);
        long kept = before.stream().mapToLong(String::length).sum() + after.stream().mapToLong(String::length).sum();
        if (kept > MOST_KEPT) {
            throw new Stopped("too_large_to_undo", "The rows are too large to be kept as they were; change fewer at a time.");
        }
        return new Entry(transaction, datasource, change.verb(), image.name(), rows, before, image.hasKey() ? after : List.of(), image.hasKey());
    }

    private static void few(int rows, int most) throws Stopped {
        if (rows > most) {
            throw new Stopped("too_many_rows", "It would change more than " + most + " rows, so nothing was changed.");
        }
    }

    private static List<String> inserted(Connection connection, String text, int most) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setMaxRows(most + 1);
            return RowImage.texts(statement.executeQuery(text));
        }
    }

    private static int updated(Connection connection, String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            return statement.executeUpdate(text);
        }
    }

    // ---- and back ----

    /** True when it was undone before, by an attempt that could not say so. */
    private static boolean undo(Connection connection, Entry entry) throws SQLException, Stopped {
        if (!entry.undoable()) {
            throw new Stopped("not_undoable", "The table has no primary key, so the rows cannot be told apart.");
        }
        RowImage image = RowImage.of(connection, entry.table())
                .orElseThrow(() -> new Stopped("changed_since", "The table is not there any more."));
        boolean deleted = entry.verb().equals("delete");
        List<String> now = image.now(deleted ? entry.before() : entry.after());
        if (now.equals(entry.before())) {
            return true;
        }
        if (!now.equals(entry.after())) {
            throw new Stopped("changed_since", "Rows were changed since; undoing would lose that.");
        }
        int restored = switch (entry.verb()) {
            case "insert" -> image.delete(entry.after());
            case "delete" -> image.insert(entry.before());
            default -> image.update(entry.before());
        };
        if (restored != entry.rows()) {
            throw new Stopped("changed_since", "Not all rows could be found again, so nothing was undone.");
        }
        return false;
    }

    // ---- both ----

    private ExecutionOutcome inTransaction(Attempt attempt, String datasource, Duration timeLeft, Work work) {
        Optional<Source> source = sources.byName(attempt.workspace(), datasource);
        Optional<String> password = source.flatMap(sources::password);
        if (password.isEmpty()) {
            return new Failed("datasource_unknown", "The data source is no longer there, or its password is not.", null);
        }
        Masking masking = Masking.of(List.of(password.get()));
        Duration patience = SqlQueryExecutor.shorter(timeLeft.minus(SqlQueryExecutor.FOR_ANSWERING), SqlQueryExecutor.LONGEST);
        if (!patience.isPositive()) {
            return new TimedOut("The time was up before anything was sent.");
        }
        try (Connection connection = Reach.openToChange(PostgresUrl.parse(source.get().url()), source.get().username(), password.get(), patience)) {
            try {
                return work.in(connection);
            } finally {
                connection.rollback();
            }
        } catch (Reach.OutOfReach e) {
            return new Failed("datasource_unreachable", e.sentence(), null);
        } catch (Stopped why) {
            return new Failed(why.code, masking.sentence(String.valueOf(why.getMessage())), null);
        } catch (SQLException e) {
            return SqlQueryExecutor.refused(e, masking);
        }
    }

    /** Only a server that says so has not committed. */
    private static ExecutionOutcome committed(Connection connection, Succeeded done) throws SQLException {
        try {
            connection.commit();
            return done;
        } catch (SQLException e) {
            if (e instanceof PSQLException server && server.getServerErrorMessage() != null) {
                throw e;
            }
            return new Unknown("commit_unanswered", "The connection was lost while the change was being committed.");
        }
    }

    private static Succeeded told(Entry entry) {
        var output = JSON.createObjectNode().put("table", entry.table()).put("affected_rows", entry.rows());
        var back = JSON.createObjectNode().put("table", entry.table()).put("rows", entry.rows());
        if (!entry.undoable()) {
            output.put("undo", "not possible: the table has no primary key");
        }
        return new Succeeded(output.toString(), entry.undoable() ? new Rollback("restore_rows", back.toString()) : null, false, false);
    }

    private static @Nullable String one(Connection connection, String sql, String parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, parameter);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }
}
