package io.countersign.command.database.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real, durable PostgreSQL server that lives in one folder and belongs to this process: reachable on the loopback address
 * alone, by password alone, with every commit on disk before it is answered.
 *
 * <p>One service to a folder, ever. If an earlier service was killed, its server is adopted when it answers to our password
 * and runs as we would run it, and stopped and started anew when not. If the server dies while we run, it is started again on
 * the same port. {@link #close()} stops it within 10 seconds; whoever holds connections closes them first.
 */
public final class EmbeddedPostgres implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private static final String DATABASE = "countersign";
    private static final String OWNER = "countersign_owner";
    private static final String APPLICATION = "countersign_app";

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
    private static final Duration WATCH = Duration.ofMillis(250);
    private static final int RESTARTS_PER_MINUTE = 3;
    private static final int PORTS_TRIED = 5;

    private final FolderLock lock;
    private final ServerProcess process;
    private final Credentials credentials;
    private Postmaster server;
    private volatile boolean closing;
    private boolean closed;

    private EmbeddedPostgres(FolderLock lock, ServerProcess process, Credentials credentials, Postmaster server) {
        this.lock = lock;
        this.process = process;
        this.credentials = credentials;
        this.server = server;
    }

    /**
     * Starts the server of a folder, creating both when they do not exist; its programs are unpacked into the folder too.
     *
     * @param home the folder; it gets mode 0700 when it is created
     * @throws DatabaseStartException if another service uses the folder, or the server cannot be started
     */
    public static EmbeddedPostgres start(Path home) {
        return start(home, home.resolve("programs"));
    }

    /**
     * Starts the server of a folder with programs unpacked into another one, which several servers may share.
     *
     * @throws DatabaseStartException as {@link #start(Path)}
     */
    public static EmbeddedPostgres start(Path home, Path programs) {
        try {
            Files.createDirectories(home.toAbsolutePath(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path folder = home.toRealPath();
            FolderLock lock = FolderLock.take(folder);
            try {
                return start(lock, folder, programs.toAbsolutePath().normalize());
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new DatabaseStartException("The database folder %s cannot be used: %s".formatted(home, e),
                    "Make it a folder that this user can write to, or set COUNTERSIGN_DATA_DIR.", e);
        }
    }

    /**
     * The database {@code countersign} of the server that another process runs from a folder. Nothing is started and nothing is locked.
     *
     * @return empty when no server runs there
     */
    public static Optional<DatabaseEndpoint> running(Path home) {
        try {
            Optional<Postmaster> server = Postmaster.aliveIn(home.toAbsolutePath().resolve("cluster")).filter(Postmaster::ready);
            if (server.isEmpty()) {
                return Optional.empty();
            }
            Credentials credentials = Credentials.in(home, true);
            return server.map(it -> new DatabaseEndpoint(url(it.port(), DATABASE), APPLICATION, credentials.application(), OWNER,
                    credentials.owner()));
        } catch (IOException e) {
            throw new DatabaseStartException("The database folder %s cannot be read: %s".formatted(home, e),
                    "Run this as the user that the service runs as.", e);
        }
    }

    private static EmbeddedPostgres start(FolderLock lock, Path home, Path programs) throws IOException {
        ServerAccount account = ServerAccount.of(home);
        ServerBinaries binaries = ServerBinaries.unpackedBelow(programs);
        ServerProcess process = new ServerProcess(home, binaries, account);
        boolean exists = Files.exists(process.cluster());
        Credentials credentials = Credentials.in(home, exists);
        if (!exists) {
            process.initialise(credentials.superuser());
        }
        process.requireMajorVersion();
        Postmaster server = adopted(process, credentials);
        if (server == null) {
            server = launched(process, home.resolve("port"));
        }
        EmbeddedPostgres postgres = new EmbeddedPostgres(lock, process, credentials, server);
        try {
            postgres.provision();
        } catch (SQLException | RuntimeException e) {
            process.stop(server);
            throw new DatabaseStartException("The embedded database does not let us in: " + e.getMessage(),
                    "Restore credentials.properties and the cluster from the same backup.", e);
        }
        if (programs.startsWith(home)) {
            removeOthers(binaries);
        }
        Thread.ofPlatform().daemon().name("database-watchdog").start(postgres::watch);
        return postgres;
    }

    private static void removeOthers(ServerBinaries binaries) {
        try {
            binaries.removeOthers();
        } catch (IOException e) {
            log.debug("Programs of an earlier version could not be removed", e);
        }
    }

    /** The server an earlier service left behind, if it is safely ours; one that is not is stopped. */
    private static @Nullable Postmaster adopted(ServerProcess process, Credentials credentials) {
        Optional<Postmaster> orphan = Postmaster.aliveIn(process.cluster());
        if (orphan.isEmpty()) {
            return null;
        }
        Postmaster server = orphan.get();
        if (server.ready() && process.startedAsOurs(server)) {
            try (Connection connection = connect(server.port(), credentials); Statement statement = connection.createStatement()) {
                ResultSet answer = statement.executeQuery("show data_directory");
                if (answer.next() && Path.of(answer.getString(1)).equals(process.cluster())) {
                    statement.execute("""
                            select pg_terminate_backend(pid, 5000) from pg_stat_activity
                            where backend_type = 'client backend' and pid <> pg_backend_pid()""");
                    log.info("The embedded database of an earlier run (process {}) is taken over on port {}.", server.pid(), server.port());
                    return server;
                }
            } catch (SQLException e) {
                log.debug("The server left behind does not let us in", e);
            }
        }
        log.info("The embedded database of an earlier run (process {}) is stopped and started again.", server.pid());
        process.stop(server);
        return null;
    }

    private static Postmaster launched(ServerProcess process, Path portFile) throws IOException {
        int port = Files.exists(portFile) ? Integer.parseInt(Files.readString(portFile).strip()) : ServerProcess.freePort();
        for (int attempt = 1; attempt <= PORTS_TRIED; attempt++) {
            try {
                Postmaster server = process.launch(port, () -> false);
                Folders.write(portFile, Integer.toString(port), "rw-------");
                return server;
            } catch (ServerProcess.PortTaken e) {
                port = ServerProcess.freePort();
            }
        }
        throw new DatabaseStartException("No free port was found for the embedded database.", "Start Countersign again.");
    }

    /** The database {@code countersign} and its two roles. Stays valid until {@link #close()}, also across a restart. */
    public DatabaseEndpoint endpoint() {
        return endpoint(DATABASE);
    }

    /**
     * Creates another database with the same roles and owner.
     *
     * @param name     lower-case letters, digits and underscores, at most 63
     * @param template a database nobody is connected to, to be copied; null for an empty one
     * @throws DatabaseStartException if it exists or cannot be created
     */
    public DatabaseEndpoint createDatabase(String name, @Nullable String template) {
        requireName(name);
        String origin = template == null ? "template1" : requireName(template);
        try (Connection connection = connect(server().port(), credentials); Statement statement = connection.createStatement()) {
            statement.execute("create database %s owner %s template %s".formatted(name, OWNER, origin));
            statement.execute("revoke all on database %s from public".formatted(name));
            statement.execute("grant connect on database %s to %s".formatted(name, APPLICATION));
            return endpoint(name);
        } catch (SQLException e) {
            throw new DatabaseStartException("The database %s could not be created: %s".formatted(name, e.getMessage()),
                    "Choose another name.", e);
        }
    }

    /** Drops a database with all connections to it; one that does not exist is fine. */
    public void dropDatabase(String name) {
        try (Connection connection = connect(server().port(), credentials); Statement statement = connection.createStatement()) {
            statement.execute("drop database if exists %s with (force)".formatted(requireName(name)));
        } catch (SQLException e) {
            throw new DatabaseStartException("The database %s could not be dropped: %s".formatted(name, e.getMessage()),
                    "Look into the log of the server.", e);
        }
    }

    /** Stops the server and waits for it, at most 10 seconds. Closing twice is fine. */
    @Override
    public void close() {
        closing = true;
        synchronized (this) {
            if (!closed) {
                closed = true;
                try (lock) {
                    Postmaster.aliveIn(process.cluster()).ifPresent(process::stop);
                }
            }
        }
    }

    /** Another database of this server, whether it exists or not. */
    public DatabaseEndpoint endpoint(String name) {
        return new DatabaseEndpoint(url(server().port(), requireName(name)), APPLICATION, credentials.application(), OWNER, credentials.owner());
    }

    private synchronized Postmaster server() {
        return server;
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&gssEncMode=disable".formatted(port, database);
    }

    private static Connection connect(int port, Credentials credentials) throws SQLException {
        return DriverManager.getConnection(url(port, "postgres") + "&loginTimeout=10&ApplicationName=countersign-supervisor",
                ServerProcess.SUPERUSER, credentials.superuser());
    }

    private static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a database name: " + name);
        }
        return name;
    }

    private void provision() throws SQLException {
        try (Connection connection = connect(server().port(), credentials); Statement statement = connection.createStatement()) {
            role(connection, OWNER, credentials.owner());
            role(connection, APPLICATION, credentials.application());
            statement.execute("alter role %s set search_path = %s".formatted(APPLICATION, ConnectionPools.SEARCH_PATH));
            if (!exists(connection, "select 1 from pg_database where datname = ?", DATABASE)) {
                createDatabase(DATABASE, null);
            }
        }
    }

    private static void role(Connection connection, String name, String password) throws SQLException {
        String verb = exists(connection, "select 1 from pg_roles where rolname = ?", name) ? "alter" : "create";
        try (Statement statement = connection.createStatement()) {
            statement.execute("%s role %s login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password '%s'"
                    .formatted(verb, name, password));
            statement.execute("alter role %s set timezone = 'UTC'".formatted(name));
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            return statement.executeQuery().next();
        }
    }

    private void watch() {
        Deque<Long> restarts = new ArrayDeque<>();
        while (!closing) {
            Waiting.until(WATCH, () -> closing);
            if (closing || server().alive()) {
                continue;
            }
            long now = System.nanoTime();
            restarts.removeIf(moment -> now - moment > Duration.ofMinutes(1).toNanos());
            if (restarts.size() < RESTARTS_PER_MINUTE) {
                restarts.add(now);
                restart();
            }
        }
    }

    private synchronized void restart() {
        if (closing) {
            return;
        }
        log.error("The embedded database (process {}) died. It is started again.", server.pid());
        try {
            server = process.launch(server.port(), () -> closing);
            log.info("The embedded database is back (process {}).", server.pid());
        } catch (IOException | ServerProcess.PortTaken | RuntimeException e) {
            log.error("The embedded database could not be started again.", e);
        }
    }
}
