package io.countersign.executors.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.datasource.api.DataSources.Source;
import io.countersign.command.datasource.api.PostgresUrl;
import io.countersign.command.sql.api.Reading.Query;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Looks at statements on their data sources. What was found is kept by the text and the state of the target's catalogue, which is asked for
 * every time; the estimate of rows in it may be five minutes old.
 */
@Component
class Inspector implements DisposableBean {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int CONNECTIONS = 3;

    private final DataSources sources;
    private final Cache<Target, HikariDataSource> pools = Caffeine.newBuilder().maximumSize(50).expireAfterAccess(Duration.ofMinutes(10))
            .<Target, HikariDataSource>evictionListener((target, pool, cause) -> close(pool)).build();
    private final Cache<Key, SqlFacts> known = Caffeine.newBuilder().maximumSize(2_000).expireAfterWrite(Duration.ofMinutes(5)).build();

    Inspector(DataSources sources) {
        this.sources = sources;
    }

    private record Target(String id, long version) {}

    /** The statement by its hash: a text may be as long as 64 KiB. */
    private record Key(Target target, String catalogue, String statement) {

        static Key of(Target target, String catalogue, Query query) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(query.text().getBytes(StandardCharsets.UTF_8));
                return new Key(target, catalogue, HexFormat.of().formatHex(hash));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java platform has SHA-256", e);
            }
        }
    }

    /** What this query would touch; a data source that cannot be asked makes it uninspectable. */
    SqlFacts inspect(Source source, Query query) {
        Target target = new Target(source.id(), source.version());
        try (Connection connection = pool(target, source).getConnection()) {
            try {
                Key key = Key.of(target, new TargetCatalogue(connection).epoch(), query);
                SqlFacts facts = known.getIfPresent(key);
                if (facts == null) {
                    facts = Inspection.of(query, connection);
                    known.put(key, facts);
                }
                return facts;
            } finally {
                connection.rollback();
            }
        } catch (Reach.OutOfReach e) {
            return SqlFacts.unknown(query.kinds(), e.sentence());
        } catch (SQLException e) {
            return SqlFacts.unknown(query.kinds(), "The data source could not be asked: " + Reach.sentence(e));
        }
    }

    /**
     * How the planner would go about a statement.
     *
     * @param steps one line each
     * @param trouble why it was not asked, or did not say; null when it did
     */
    record Planned(List<String> steps, @Nullable String trouble) {}

    /** Asks the planner, if nothing but what is harmless can run while it plans. */
    Planned plan(Source source, Query query) {
        String doubt = inspect(source, query).uninspectable();
        if (doubt != null) {
            return new Planned(List.of(), doubt);
        }
        try (Connection connection = pool(new Target(source.id(), source.version()), source).getConnection()) {
            try {
                return new Planned(Planner.steps(connection, query.text()), null);
            } finally {
                connection.rollback();
            }
        } catch (Reach.OutOfReach e) {
            return new Planned(List.of(), e.sentence());
        } catch (SQLException e) {
            return new Planned(List.of(), "The data source could not be asked: " + Reach.sentence(e));
        }
    }

    private HikariDataSource pool(Target target, Source source) throws Reach.OutOfReach {
        HikariDataSource pool = pools.getIfPresent(target);
        if (pool != null) {
            return pool;
        }
        HikariDataSource made = connect(source);
        HikariDataSource first = pools.asMap().putIfAbsent(target, made);
        if (first != null) {
            made.close();
            return first;
        }
        return made;
    }

    private HikariDataSource connect(Source source) throws Reach.OutOfReach {
        String password = sources.password(source).orElseThrow(() -> new Reach.OutOfReach("The password of the data source is no longer known."));
        HikariConfig config = new HikariConfig();
        config.setPoolName("datasource-" + source.name());
        config.setDataSource(Reach.ready(PostgresUrl.parse(source.url()), source.username(), password, PATIENCE));
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setIdleTimeout(30_000);
        config.setConnectionTimeout(4_000);
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        config.setReadOnly(true);
        return new HikariDataSource(config);
    }

    private static void close(HikariDataSource pool) {
        if (pool != null) {
            pool.close();
        }
    }

    @Override
    public void destroy() {
        pools.asMap().values().forEach(HikariDataSource::close);
    }
}
