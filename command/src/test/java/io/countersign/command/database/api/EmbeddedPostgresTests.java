package io.countersign.command.database.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.postgresql.util.PSQLException;

@Execution(ExecutionMode.CONCURRENT)
class EmbeddedPostgresTests {

    static final Path PROGRAMS = Path.of(System.getProperty("java.io.tmpdir"), "countersign-postgres-" + System.getProperty("user.name"));

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    class Given_a_running_server {

        @TempDir
        static Path parent;

        static Set<Path> before;
        static EmbeddedPostgres postgres;

        @BeforeAll
        static void start() throws IOException {
            before = surroundings();
            postgres = EmbeddedPostgres.start(parent.resolve("data/postgres"), PROGRAMS);
        }

        @AfterAll
        static void stop() {
            postgres.close();
        }

        @Test
        void a_commit_is_on_disk_before_it_is_answered() {
            assertThat(shown("fsync", "synchronous_commit", "full_page_writes", "data_checksums")).containsOnly("on");
        }

        @Test
        void no_file_in_the_folder_can_take_durability_back() throws IOException, SQLException {
            try (Statement statement = superuser().createStatement()) {
                statement.execute("alter system set fsync = off");
                statement.execute("select pg_reload_conf()");
                assertThat(shown("fsync")).containsOnly("on");
                statement.execute("alter system reset fsync");
            }
        }

        @Test
        void it_listens_on_the_loopback_address_alone() throws IOException {
            assertThat(shown("listen_addresses")).containsExactly("127.0.0.1");
            assertThat(Path.of("/tmp/.s.PGSQL." + port(postgres))).doesNotExist();
            for (InetAddress address : addressesOfThisMachine()) {
                if (!address.isLoopbackAddress()) {
                    assertThatThrownBy(() -> new Socket(address, port(postgres)).close()).isInstanceOf(IOException.class);
                }
            }
        }

        @Test
        void nobody_enters_without_the_password() {
            for (String role : List.of("countersign_app", "countersign_owner", "countersign_admin", "postgres")) {
                for (String password : List.of("wrong", role)) {
                    assertThatExceptionOfType(PSQLException.class)
                            .isThrownBy(() -> DriverManager.getConnection(postgres.endpoint().jdbcUrl(), role, password).close())
                            .satisfies(refusal -> assertThat(refusal.getSQLState()).isEqualTo("28P01"));
                }
            }
        }

        @Test
        void passwords_are_kept_as_scram_and_every_login_is_asked_for_one() throws SQLException {
            try (Statement statement = superuser().createStatement()) {
                assertThat(strings(statement, "select left(rolpassword, 14) from pg_authid where rolcanlogin")).containsOnly("SCRAM-SHA-256$");
                assertThat(strings(statement, "select auth_method from pg_hba_file_rules")).containsExactly("scram-sha-256");
            }
        }

        @Test
        void the_application_role_can_create_nothing_and_become_nobody() throws SQLException {
            try (Connection connection = application(postgres); Statement statement = connection.createStatement()) {
                for (String attempt : List.of("create schema mine", "create table public.mine ()", "create temp table mine ()",
                        "create role mine", "create database mine", "set role countersign_owner", "alter system set fsync = off",
                        "copy (select 1) to '/tmp/mine'")) {
                    assertThatThrownBy(() -> statement.execute(attempt)).as(attempt).isInstanceOf(SQLException.class)
                            .satisfies(refusal -> assertThat(((SQLException) refusal).getSQLState()).isEqualTo("42501"));
                }
            }
        }

        @Test
        void the_endpoint_hides_its_passwords_when_printed() {
            assertThat(postgres.endpoint().toString()).contains("countersign_app")
                    .doesNotContain(postgres.endpoint().applicationPassword(), postgres.endpoint().migrationPassword());
        }

        @Test
        void secrets_are_readable_by_us_alone() throws IOException {
            Path home = parent.resolve("data/postgres");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home))).isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("credentials.properties"))))
                    .isEqualTo("rw-------");
            assertThat(home.resolve("initial-password")).doesNotExist();
        }

        @Test
        void nothing_of_our_environment_reaches_it() throws IOException {
            Postmaster server = Postmaster.aliveIn(parent.resolve("data/postgres/cluster")).orElseThrow();
            String environment = Files.readString(Path.of("/proc", Long.toString(server.pid()), "environ"));
            assertThat(environment.split("\0")).allMatch(entry -> entry.matches("(PATH|LC_ALL|TZ|PG[A-Z_]*)=.*"));
        }

        @Test
        void what_interrupts_our_terminal_does_not_reach_it() throws IOException {
            Postmaster server = Postmaster.aliveIn(parent.resolve("data/postgres/cluster")).orElseThrow();
            assertThat(session(server.pid())).isEqualTo(server.pid()).isNotEqualTo(session(ProcessHandle.current().pid()));
        }

        @Test
        void it_keeps_no_file_open_outside_its_folder() throws IOException {
            Path home = parent.resolve("data/postgres").toRealPath();
            for (ProcessHandle process : Postmaster.processesIn(home.resolve("cluster"))) {
                for (Path descriptor : entries(Path.of("/proc", Long.toString(process.pid()), "fd")).toList()) {
                    String file = Files.readSymbolicLink(descriptor).toString();
                    assertThat(file).matches(name -> !name.startsWith("/") || name.startsWith("/dev/") || Path.of(name).startsWith(home));
                }
            }
        }

        @Test
        void nothing_appears_beside_its_folder() throws IOException {
            assertThat(surroundings()).isEqualTo(before);
            assertThat(entries(parent)).containsExactly(parent.resolve("data"));
        }

        @Test
        void a_second_service_of_this_process_is_refused_with_a_sentence() {
            assertThatExceptionOfType(DatabaseStartException.class)
                    .isThrownBy(() -> EmbeddedPostgres.start(parent.resolve("data/postgres"), PROGRAMS))
                    .withMessageMatching("Another Countersign \\(process %d\\) already uses the database folder .*/data/postgres\\."
                            .formatted(ProcessHandle.current().pid()))
                    .satisfies(refusal -> assertThat(refusal.whatToDo()).contains("COUNTERSIGN_DATA_DIR"));
        }

        @Test
        void a_service_of_another_process_is_refused_even_after_that() throws Exception {
            assertThatThrownBy(() -> EmbeddedPostgres.start(parent.resolve("data/postgres"), PROGRAMS));

            try (ServiceOnFolder other = ServiceOnFolder.start(parent.resolve("data/postgres"), PROGRAMS)) {
                assertThat(other.answer()).matches("Another Countersign \\(process %d\\) already uses the database folder .*/data/postgres\\."
                        .formatted(ProcessHandle.current().pid()));
            }
        }

        private static Connection superuser() throws SQLException {
            try {
                Credentials credentials = Credentials.in(parent.resolve("data/postgres"), true);
                return DriverManager.getConnection(postgres.endpoint("postgres").jdbcUrl(), ServerProcess.SUPERUSER, credentials.superuser());
            } catch (IOException e) {
                throw new SQLException(e);
            }
        }

        private static List<String> shown(String... settings) {
            try (Connection connection = application(postgres); Statement statement = connection.createStatement()) {
                List<String> values = new ArrayList<>();
                for (String setting : settings) {
                    values.addAll(strings(statement, "show " + setting));
                }
                return values;
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }

        private static List<InetAddress> addressesOfThisMachine() throws IOException {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
        }

        private static long session(long pid) throws IOException {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Long.parseLong(status.substring(status.lastIndexOf(')') + 2).split(" ")[3]);
        }

        /** Where programs leave things when nobody tells them otherwise. */
        private static Set<Path> surroundings() {
            return Stream.of(Path.of("").toAbsolutePath(), Path.of(System.getProperty("user.home"))).flatMap(EmbeddedPostgresTests::entries)
                    .collect(Collectors.toSet());
        }
    }

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    class Given_a_server_that_was_used {

        @TempDir
        static Path initial;

        @TempDir
        Path home;

        EmbeddedPostgres postgres;

        @BeforeAll
        static void initialise() {
            EmbeddedPostgres.start(initial, PROGRAMS).close();
        }

        @BeforeEach
        void copy() throws IOException {
            copyFolder(initial, home);
        }

        @AfterEach
        void stop() {
            postgres.close();
        }

        @Test
        void it_stops_within_ten_seconds_with_clients_connected_and_keeps_rows_and_port() throws SQLException {
            postgres = EmbeddedPostgres.start(home, PROGRAMS);
            write(postgres, 1);
            int port = port(postgres);
            try (Connection idle = application(postgres)) {
                long start = System.nanoTime();
                postgres.close();
                postgres.close();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
                assertThat(Postmaster.processesIn(home.resolve("cluster"))).isEmpty();
                assertThat(idle.isValid(1)).isFalse();
            }

            postgres = EmbeddedPostgres.start(home, PROGRAMS);

            assertThat(read(postgres)).containsExactly(1);
            assertThat(port(postgres)).isEqualTo(port);
        }

        @Test
        void it_moves_when_its_port_was_taken_meanwhile() throws IOException, SQLException {
            postgres = EmbeddedPostgres.start(home, PROGRAMS);
            write(postgres, 1);
            int port = port(postgres);
            postgres.close();

            try (ServerSocket stranger = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                postgres = EmbeddedPostgres.start(home, PROGRAMS);
            }

            assertThat(port(postgres)).isNotEqualTo(port);
            assertThat(read(postgres)).containsExactly(1);
        }

        @Test
        void it_comes_back_by_itself_on_the_same_port_when_it_is_killed() throws SQLException {
            postgres = EmbeddedPostgres.start(home, PROGRAMS);
            write(postgres, 1);
            String url = postgres.endpoint().jdbcUrl();

            killServer(home);

            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> read(postgres), List.of(1)::equals);
            assertThat(postgres.endpoint().jdbcUrl()).isEqualTo(url);
        }

        @Test
        void it_comes_back_although_a_busy_process_outlived_it() throws Exception {
            postgres = EmbeddedPostgres.start(home, PROGRAMS);
            write(postgres, 1);
            Connection busy = application(postgres);
            Thread.ofVirtual().start(() -> {
                try (busy; Statement statement = busy.createStatement()) {
                    statement.execute("select count(*) from generate_series(1, 100000000000)");
                } catch (SQLException e) {
                    // That is how this query ends.
                }
            });
            await().until(() -> activeQueries(postgres) == 2);

            killServer(home);

            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> read(postgres), List.of(1)::equals);
            assertThat(activeQueries(postgres)).isEqualTo(1);
        }

        @Test
        void a_pid_file_that_names_a_stranger_does_not_keep_it_from_starting() throws Exception {
            postgres = EmbeddedPostgres.start(home, PROGRAMS);
            write(postgres, 1);
            List<String> pidFile = Files.readAllLines(home.resolve("cluster/postmaster.pid"));
            postgres.close();
            Process stranger = new ProcessBuilder("sleep", "600").start();
            try {
                pidFile.set(0, Long.toString(stranger.pid()));
                Files.write(home.resolve("cluster/postmaster.pid"), pidFile);

                postgres = EmbeddedPostgres.start(home, PROGRAMS);

                assertThat(read(postgres)).containsExactly(1);
                assertThat(stranger.isAlive()).isTrue();
            } finally {
                stranger.destroyForcibly();
            }
        }

        @Test
        void a_cluster_of_another_version_is_left_alone() throws Exception {
            postgres = EmbeddedPostgres.start(home, PROGRAMS);
            postgres.close();
            Files.writeString(home.resolve("cluster/PG_VERSION"), "17\n");

            assertThatExceptionOfType(DatabaseStartException.class).isThrownBy(() -> EmbeddedPostgres.start(home, PROGRAMS))
                    .withMessageContaining("was made by PostgreSQL 17");
        }

        @Test
        void a_lost_password_file_is_said_and_not_replaced() throws Exception {
            postgres = EmbeddedPostgres.start(home, PROGRAMS);
            postgres.close();
            Files.delete(home.resolve("credentials.properties"));

            assertThatExceptionOfType(DatabaseStartException.class).isThrownBy(() -> EmbeddedPostgres.start(home, PROGRAMS))
                    .withMessageContaining("credentials.properties");
            assertThat(home.resolve("credentials.properties")).doesNotExist();
        }
    }

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    class Given_a_service_that_was_killed {

        @TempDir
        static Path initial;

        @TempDir
        Path home;

        @BeforeAll
        static void initialise() {
            EmbeddedPostgres.start(initial, PROGRAMS).close();
        }

        @BeforeEach
        void copy() throws IOException {
            copyFolder(initial, home);
        }

        @AfterEach
        void endOrphan() {
            Postmaster.processesIn(home.resolve("cluster")).forEach(ProcessHandle::destroyForcibly);
            await().until(() -> Postmaster.processesIn(home.resolve("cluster")).isEmpty());
        }

        @Test
        void its_server_is_taken_over_and_forgets_the_old_connections() throws Exception {
            long pid;
            DatabaseEndpoint endpoint;
            try (ServiceOnFolder service = ServiceOnFolder.start(home, PROGRAMS)) {
                assertThat(service.answer()).isEqualTo("ready");
                pid = Postmaster.aliveIn(home.resolve("cluster")).orElseThrow().pid();
                endpoint = endpointOf(home);
                write(endpoint, 1);
            }
            assertThat(Postmaster.aliveIn(home.resolve("cluster"))).isPresent();

            try (Connection old = DriverManager.getConnection(endpoint.jdbcUrl(), endpoint.applicationUser(), endpoint.applicationPassword());
                    EmbeddedPostgres postgres = EmbeddedPostgres.start(home, PROGRAMS)) {
                assertThat(Postmaster.aliveIn(home.resolve("cluster")).orElseThrow().pid()).isEqualTo(pid);
                assertThat(old.isValid(1)).isFalse();
                assertThat(read(postgres)).containsExactly(1);
                write(postgres, 2);

                killServer(home);
                await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> read(postgres), List.of(1, 2)::equals);
            }
            assertThat(Postmaster.processesIn(home.resolve("cluster"))).isEmpty();
        }

        @Test
        void its_server_is_stopped_and_started_again_when_it_does_not_run_as_ours() throws Exception {
            long pid;
            try (ServiceOnFolder service = ServiceOnFolder.start(home, PROGRAMS)) {
                assertThat(service.answer()).isEqualTo("ready");
                pid = Postmaster.aliveIn(home.resolve("cluster")).orElseThrow().pid();
                write(endpointOf(home), 1);
            }
            Files.writeString(home.resolve("cluster/postmaster.opts"), "/usr/bin/postgres \"-c\" \"fsync=off\"\n");

            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, PROGRAMS)) {
                assertThat(Postmaster.aliveIn(home.resolve("cluster")).orElseThrow().pid()).isNotEqualTo(pid);
                assertThat(read(postgres)).containsExactly(1);
            }
        }

        @Test
        void nothing_is_lost_when_its_server_was_killed_with_it() throws Exception {
            for (int round = 1; round <= 2; round++) {
                try (ServiceOnFolder service = ServiceOnFolder.start(home, PROGRAMS)) {
                    assertThat(service.answer()).isEqualTo("ready");
                    write(endpointOf(home), round);
                    killServer(home);
                }
                killServer(home);
            }

            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, PROGRAMS)) {
                assertThat(read(postgres)).containsExactly(1, 2);
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    class Given_a_folder_of_an_unprivileged_account {

        @TempDir
        Path parent;

        @Test
        void the_server_runs_under_that_account_when_we_are_root() throws Exception {
            assumeTrue(ServerAccount.currentUser() == 0, "needs root");
            Path home = Files.createDirectory(parent.resolve("postgres"));
            Files.setAttribute(home, "unix:uid", 65534);
            Files.setAttribute(home, "unix:gid", 65534);

            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, PROGRAMS)) {
                write(postgres, 1);
                long pid = Postmaster.aliveIn(home.resolve("cluster")).orElseThrow().pid();
                assertThat(Files.getAttribute(Path.of("/proc", Long.toString(pid)), "unix:uid")).isEqualTo(65534);
                assertThat(Files.getAttribute(home.resolve("credentials.properties"), "unix:uid")).isEqualTo(65534);
            }
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(home, PROGRAMS)) {
                assertThat(read(postgres)).containsExactly(1);
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    class Given_unpacked_programs {

        @TempDir
        Path folder;

        @Test
        void they_are_used_again_unless_a_part_is_missing() throws IOException {
            ServerBinaries unpacked = ServerBinaries.unpackedBelow(folder);
            Path postgres = Path.of(unpacked.program("postgres"));
            var created = Files.getAttribute(postgres, "unix:ino");

            assertThat(ServerBinaries.unpackedBelow(folder)).isEqualTo(unpacked);
            assertThat(Files.getAttribute(postgres, "unix:ino")).isEqualTo(created);

            Files.delete(unpacked.folder().resolve("share/postgresql/postgres.bki"));
            ServerBinaries.unpackedBelow(folder);
            assertThat(unpacked.folder().resolve("share/postgresql/postgres.bki")).isNotEmptyFile();
            assertThat(entries(folder)).hasSize(2);
        }

        @Test
        void those_of_other_versions_are_removed_unless_they_run() throws IOException {
            ServerBinaries current = ServerBinaries.unpackedBelow(folder);
            for (String name : List.of("postgres-17-x86_64-00000000", "postgres-18-x86_64-00000001", "unpacking-1")) {
                Files.writeString(Files.createDirectories(folder.resolve(name).resolve("bin")).resolve("postgres"), "old");
            }
            Files.writeString(folder.resolve("postgres-17-x86_64-00000000.size"), "3");
            Path running = folder.resolve("postgres-18-x86_64-00000001/bin/sleep");
            Files.copy(Path.of("/bin/sleep").toRealPath(), running, StandardCopyOption.COPY_ATTRIBUTES);
            Process program = new ProcessBuilder(running.toString(), "60").start();
            try {
                await().until(() -> program.info().command().filter(running.toString()::equals).isPresent());
                current.removeOthers();
                assertThat(entries(folder).map(entry -> entry.getFileName().toString())).containsExactlyInAnyOrder(
                        current.folder().getFileName().toString(), current.folder().getFileName() + ".size", "postgres-18-x86_64-00000001");
            } finally {
                program.destroyForcibly();
            }
        }

        @Test
        void a_folder_that_others_may_write_to_is_not_trusted() throws IOException {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

            assertThatExceptionOfType(DatabaseStartException.class).isThrownBy(() -> ServerBinaries.unpackedBelow(folder))
                    .withMessageContaining("can be written by, someone else");
        }
    }

    private static Stream<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList().stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static void copyFolder(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files.skip(1)::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void killServer(Path home) {
        Postmaster.aliveIn(home.resolve("cluster")).flatMap(server -> ProcessHandle.of(server.pid())).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static DatabaseEndpoint endpointOf(Path home) throws IOException {
        Credentials credentials = Credentials.in(home, true);
        int port = Postmaster.aliveIn(home.resolve("cluster")).orElseThrow().port();
        return new DatabaseEndpoint("jdbc:postgresql://127.0.0.1:%d/countersign".formatted(port),
                "countersign_app", credentials.application(), "countersign_owner", credentials.owner());
    }

    private static int port(EmbeddedPostgres postgres) {
        return Integer.parseInt(postgres.endpoint().jdbcUrl().replaceAll(".*127\\.0\\.0\\.1:(\\d+)/.*", "$1"));
    }

    private static Connection application(EmbeddedPostgres postgres) throws SQLException {
        DatabaseEndpoint endpoint = postgres.endpoint();
        return DriverManager.getConnection(endpoint.jdbcUrl(), endpoint.applicationUser(), endpoint.applicationPassword());
    }

    private static void write(EmbeddedPostgres postgres, int row) throws SQLException {
        write(postgres.endpoint(), row);
    }

    private static void write(DatabaseEndpoint endpoint, int row) throws SQLException {
        try (Connection connection = DriverManager.getConnection(endpoint.jdbcUrl(), endpoint.migrationUser(), endpoint.migrationPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists kept (id int primary key)");
            statement.execute("insert into kept values (" + row + ")");
        }
    }

    private static List<Integer> read(EmbeddedPostgres postgres) throws SQLException {
        DatabaseEndpoint endpoint = postgres.endpoint();
        try (Connection connection = DriverManager.getConnection(endpoint.jdbcUrl(), endpoint.migrationUser(), endpoint.migrationPassword());
                Statement statement = connection.createStatement()) {
            return strings(statement, "select id from kept order by id").stream().map(Integer::valueOf).toList();
        }
    }

    private static int activeQueries(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = application(postgres); Statement statement = connection.createStatement()) {
            return strings(statement, "select pid from pg_stat_activity where state = 'active' and usename = 'countersign_app'").size();
        }
    }

    private static List<String> strings(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return Collections.unmodifiableList(values);
        }
    }
}
