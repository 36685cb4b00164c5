package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.command.store.api.RawLogs;
import io.countersign.query.proof.api.DatabaseChecks;
import io.countersign.query.proof.api.Verification;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The check of the service, run from outside of it. */
public final class DatabaseCheck implements DatabaseChecks {

    /** For the service loader. */
    public DatabaseCheck() {
        // nothing to keep
    }

    @Override
    public Verification check(String url, String user, String password, @Nullable Path anchors, @Nullable Path archives,
            @Nullable String checkpoint) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        database.setUser(user);
        database.setPassword(password);
        database.setReadOnly(true);
        RawLog log = ServiceLoader.load(RawLogs.class).findFirst().orElseThrow().of(database);
        JdbcClient jdbc = JdbcClient.create(database);
        TreeStore store = new TreeStore(database);
        List<Anchor> places = new ArrayList<>();
        if (anchors != null) {
            places.add(new FolderAnchor(anchors));
        }
        if (checkpoint != null) {
            places.add(new Given(checkpoint));
        }
        Clock none = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC); // whoever runs this knows when
        return new LogVerifier(log, () -> store.size() - 1, store, index -> { }, SigningKeys.reading(jdbc), places, none,
                archives == null ? null : new Archives(archives)).verify();
    }

    /** A checkpoint that somebody brought along. */
    private record Given(String note) implements Anchor {

        @Override
        public String kind() {
            return "given";
        }

        @Override
        public void write(List<Signed> signed) {
            throw new UnsupportedOperationException("It was brought along to be read");
        }

        @Override
        public List<String> read() {
            return List.of(note);
        }
    }
}
