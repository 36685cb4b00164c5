package io.countersign.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.database.api.EmbeddedPostgres;
import io.countersign.faults.Api.Answer;
import io.countersign.faults.Api.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.util.FileSystemUtils;

/** The database of a running service is killed in the middle of work, stays away for a while, and comes back. */
@Execution(ExecutionMode.CONCURRENT)
class DatabaseGoneTests {

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);
    private static final int CALLERS = 4;

    /** A submission under its own key, and what its caller was told last. */
    private record Submission(String key, Answer answer) {}

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    class Given_it_is_killed_while_callers_are_busy {

        private final Path server = Path.of("target/faults/gone-database").toAbsolutePath();
        private final Sink sink = new Sink();
        private final Queue<Submission> submissions = new ConcurrentLinkedQueue<>();
        private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
        private final Map<String, String> approvals = new ConcurrentHashMap<>();
        private final AtomicInteger keys = new AtomicInteger();
        private final AtomicBoolean enough = new AtomicBoolean();
        private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        private String pending;
        private EmbeddedPostgres database;
        private ServiceProcess service;
        private List<? extends Future<?>> busy;

        @BeforeAll
        void start() throws IOException {
            FileSystemUtils.deleteRecursively(server);
            database = EmbeddedPostgres.start(server);
            DatabaseEndpoint endpoint = database.endpoint();
            Map<String, String> settings = new HashMap<>(sink.environment());
            settings.putAll(Map.of("COUNTERSIGN_ACTION_TIMEOUT", "3000", "COUNTERSIGN_DB_URL", endpoint.jdbcUrl(),
                    "COUNTERSIGN_DB_USER", endpoint.applicationUser(), "COUNTERSIGN_DB_PASSWORD", endpoint.applicationPassword(),
                    "COUNTERSIGN_DB_MIGRATION_USER", endpoint.migrationUser(),
                    "COUNTERSIGN_DB_MIGRATION_PASSWORD", endpoint.migrationPassword()));
            service = ServiceProcess.fresh("gone", settings).start();
            pending = service.api().submit(Type.JIRA, "pending").text("id");
            busy = IntStream.range(0, CALLERS).mapToObj(n -> callers.submit(this::call)).toList();
            await().atMost(Duration.ofSeconds(60)).until(() -> submissions.size() >= 40);
        }

        @AfterAll
        void stop() {
            enough.set(true);
            callers.shutdownNow();
            service.close();
            database.close();
            sink.close();
        }

        private void call() {
            Api api = service.api();
            while (!enough.get()) {
                String key = "gone-" + keys.incrementAndGet();
                Answer answer = api.submit(Type.EMAIL, key);
                answers.add(answer);
                submissions.add(new Submission(key, answer));
                if (answer.succeeded()) {
                    Answer approval = api.approve(answer.text("id"));
                    answers.add(approval);
                    if (approval.succeeded()) {
                        approvals.put(key, answer.text("id"));
                    }
                }
            }
        }

        @Test
        @Order(1)
        void every_answer_is_either_kept_or_503_and_none_takes_long() throws Exception {
            kill();
            int before = answers.size();
            Api api = service.api();

            await().atMost(Duration.ofSeconds(60)).until(() -> answers.size() >= before + 4 * CALLERS);
            enough.set(true);
            for (Future<?> caller : busy) {
                caller.get();
            }

            assertThat(answers).extracting(Answer::status).contains(201, 503).isSubsetOf(200, 201, 503);
            assertThat(answers).filteredOn(answer -> answer.took().compareTo(LONGEST_ANSWER) > 0).isEmpty();
            assertThat(Stream.of(api.read(pending), api.get(Api.ACTIONS), api.approve(pending), api.decide(pending, "deny"),
                    api.decide(pending, "cancel"), api.submit(Type.JIRA, "pending"), api.get("/api/v1/admin/config"))).allSatisfy(this::isUnavailable);
        }

        @Test
        @Order(2)
        void it_is_alive_but_not_ready_and_the_console_is_unavailable_too() {
            Api api = service.api();
            assertThat(api.get("/livez").status()).isEqualTo(200);
            assertThat(api.isReady()).isFalse();
            assertThat(Stream.of("/admin", "/admin/actions", "/login").map(api::browse)).allSatisfy(answer -> {
                assertThat(answer.status()).as("%s", answer).isEqualTo(503);
                assertThat(answer.took()).isLessThan(LONGEST_ANSWER);
            });
        }

        @Test
        @Order(3)
        void it_recovers_by_itself_and_everybody_was_told_the_truth() {
            database = EmbeddedPostgres.start(server);
            Api api = service.api();
            await().atMost(Duration.ofSeconds(60)).until(() -> api.isReady() && api.get(Api.ACTIONS).status() == 200);

            for (Submission submission : submissions) {
                Answer repeat = api.submit(Type.EMAIL, submission.key());
                assertThat(repeat.status()).as("%s", repeat.body()).isEqualTo(201);
                if (submission.answer().succeeded()) {
                    assertThat(repeat.replayed()).as("%s was answered with 201", submission.key()).isTrue();
                    assertThat(repeat.text("id")).isEqualTo(submission.answer().text("id"));
                }
                if ("no".equals(submission.answer().text("stored"))) {
                    assertThat(repeat.replayed()).as("%s: \"nothing was stored\"", submission.key()).isFalse();
                }
                assertThat(api.submit(Type.EMAIL, submission.key()).text("id")).isEqualTo(repeat.text("id"));
            }
            assertThat(api.read(pending).text("status")).isEqualTo("pending");
        }

        @Test
        @Order(4)
        void what_was_approved_is_done_once() {
            Api api = service.api();
            await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500)).untilAsserted(() ->
                    assertThat(approvals.values()).allSatisfy(id -> assertThat(api.read(id).text("status")).isEqualTo("executed")));
            assertThat(approvals.values()).allSatisfy(id -> assertThat(sink.effects(id)).isEqualTo(1));
            assertThat(sink.faults()).isEmpty();
        }

        private void isUnavailable(Answer answer) {
            assertThat(answer.status()).as("%s", answer).isEqualTo(503);
            assertThat(answer.text("code")).isEqualTo("approval_system_unavailable");
            assertThat(answer.took()).isLessThan(LONGEST_ANSWER);
        }

        /** As a crash would, and it is not started again until the test does. */
        private void kill() {
            try {
                ServiceProcess.send("KILL", Long.parseLong(Files.readAllLines(server.resolve("cluster/postmaster.pid")).getFirst().strip()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            database.close();
        }
    }
}
