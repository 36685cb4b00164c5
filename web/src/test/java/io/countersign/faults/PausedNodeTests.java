package io.countersign.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.testing.TestDatabase;
import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.faults.Api.Answer;
import io.countersign.faults.Api.Type;
import io.countersign.faults.Sink.Hold;
import io.countersign.faults.Sink.Point;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** A node stops in the middle of its work, as a machine that is suspended does; another does the work; then the first goes on. */
@Execution(ExecutionMode.CONCURRENT)
class PausedNodeTests {

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    class Given_two_nodes_on_one_database {

        private final Sink sink = new Sink();
        private final TestDatabase database = TestDatabase.create();
        private final List<Hold> held = new ArrayList<>();
        private final List<String> actions = new ArrayList<>();
        private ServiceProcess first;
        private ServiceProcess second;

        @BeforeAll
        void pause_the_first_at_work() {
            DatabaseEndpoint endpoint = database.endpoint();
            Map<String, String> settings = new HashMap<>(sink.environment());
            // Long enough for all of them to be underway at once on a busy machine.
            settings.putAll(Map.of("COUNTERSIGN_ACTION_TIMEOUT", "12000", "COUNTERSIGN_DB_URL", endpoint.jdbcUrl(),
                    "COUNTERSIGN_DB_USER", endpoint.applicationUser(), "COUNTERSIGN_DB_PASSWORD", endpoint.applicationPassword(),
                    "COUNTERSIGN_DB_MIGRATION_USER", endpoint.migrationUser(),
                    "COUNTERSIGN_DB_MIGRATION_PASSWORD", endpoint.migrationPassword()));
            first = ServiceProcess.fresh("node-1", settings).start();
            second = ServiceProcess.fresh("node-2", settings);
            for (Type type : Type.MAIN) {
                held.add(sink.hold(submitted(type), Point.BEFORE_EFFECT));
                approve();
                held.add(sink.hold(submitted(type), Point.AFTER_EFFECT));
                approve();
            }
            held.forEach(Hold::awaitReached);
            for (int n = 0; n < 6; n++) {
                submitted(Type.MAIN.get(n % 2));
                approve();
            }
            first.pause();
            held.get(0).goOn();
            held.get(1).drop();
            held.get(2).drop();
            held.get(3).goOn();
        }

        @AfterAll
        void stop() {
            second.close();
            first.close();
            sink.close();
            database.close();
        }

        private String submitted(Type type) {
            Answer answer = first.api().submit(type, "pause-" + actions.size());
            assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
            actions.add(answer.text("id"));
            return answer.text("id");
        }

        private void approve() {
            assertThat(first.api().approve(actions.getLast()).status()).isEqualTo(200);
        }

        @Test
        @Order(1)
        void the_other_node_takes_over_and_ends_everything() {
            second.start();
            await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> everythingHasEnded(second));
        }

        @Test
        @Order(2)
        void the_first_node_goes_on_and_does_nothing_twice() {
            first.resume();
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().untilAsserted(() -> everythingHasEnded(first));
            Answer fresh = first.api().submit(Type.EMAIL, "pause-after");
            assertThat(first.api().approve(fresh.text("id")).status()).isEqualTo(200);
            actions.add(fresh.text("id"));

            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> everythingHasEnded(first));

            assertThat(actions).allSatisfy(id -> assertThat(sink.effects(id)).isEqualTo(everSent(first, id) ? 1 : 0));
            assertThat(sink.faults()).isEmpty();
        }

        /** What was underway has happened. The rest has too, unless this machine was so busy that its time was up before a node came to it. */
        private void everythingHasEnded(ServiceProcess node) {
            assertThat(actions.subList(0, held.size())).allSatisfy(id -> ended(node, id, List.of("executed")));
            assertThat(actions).allSatisfy(id -> ended(node, id, List.of("executed", "timed_out")));
        }

        private void ended(ServiceProcess node, String id, List<String> ends) {
            Answer answer = node.api().read(id);
            assertThat(answer.text("status")).as("%s", answer.body()).isIn(ends);
        }

        private boolean everSent(ServiceProcess node, String id) {
            return node.api().read(id).text("status").equals("executed");
        }
    }
}
