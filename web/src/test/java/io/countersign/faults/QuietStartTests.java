package io.countersign.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.bootstrap.ClassesAhead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

/** A first start talks to nobody, writes nothing outside its folders, warns of nothing, and ends when asked. */
@Execution(ExecutionMode.CONCURRENT)
class QuietStartTests {

    private static final Duration IDLE = Duration.ofSeconds(Boolean.getBoolean("countersign.full") ? 120 : 5);

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    class Given_an_empty_data_folder {

        private final Set<String> peers = new ConcurrentSkipListSet<>();
        private final AtomicInteger looks = new AtomicInteger();
        private final ScheduledExecutorService observer = Executors.newSingleThreadScheduledExecutor();
        private ServiceProcess service;
        private Path loaded;

        @BeforeAll
        void start() {
            service = ServiceProcess.fresh("quiet", Map.of());
            loaded = service.folder("log").resolve("classes.log");
            service.option("-Xlog:class+load:file=" + loaded).option("-D" + ClassesAhead.SWITCH + "=" + !ClassesAtStart.RENEW).launch();
            ProcessHandle process = ProcessHandle.of(service.pid()).orElseThrow();
            observer.scheduleWithFixedDelay(() -> {
                peers.addAll(Sockets.peersOutside(process));
                looks.incrementAndGet();
            }, 0, 25, TimeUnit.MILLISECONDS);
            service.awaitReady();
            long ready = System.nanoTime();
            await().atMost(IDLE.plusSeconds(30)).until(() -> System.nanoTime() - ready > IDLE.toNanos());
        }

        @AfterAll
        void stop() {
            observer.shutdownNow();
            service.close();
        }

        @Test
        @Order(1)
        void no_connection_leaves_the_machine() {
            assertThat(looks).hasValueGreaterThan(20);
            assertThat(peers).isEmpty();
        }

        @Test
        @Order(2)
        void nothing_is_written_outside_the_data_and_temp_folders() throws IOException {
            assertThat(files("home")).isEmpty();
            assertThat(files("work")).isEmpty();
            assertThat(service.data().resolve("node-id")).exists();
        }

        @Test
        @Order(3)
        void the_only_warnings_are_findings_with_a_code_that_a_user_can_act_on() {
            assertThat(service.lines()).anyMatch(line -> line.contains("Console: "));
            assertThat(warnings()).allMatch(line -> line.contains("Diagnostics: CREDENTIAL_MISSING: ") && line.contains(" Set "));
        }

        @Test
        @Order(4)
        void what_it_loads_is_on_the_list_of_classes_to_load_ahead() throws IOException {
            ClassesAtStart start = ClassesAtStart.of(loaded);
            if (ClassesAtStart.RENEW) {
                start.write();
            } else {
                assertThat(start.missed()).as("Part of a start's classes that nobody loads ahead. -D%s=true writes the list anew.",
                        ClassesAtStart.RENEWAL).isLessThan(0.15);
            }
        }

        @Test
        @Order(5)
        void it_ends_within_ten_seconds_when_asked_and_so_does_its_database() {
            OptionalLong database = service.postmaster();
            assertThat(database).isPresent();

            assertThat(service.stop()).isLessThan(Duration.ofSeconds(10));

            assertThat(ProcessHandle.of(database.getAsLong()).filter(ProcessHandle::isAlive)).isEmpty();
            assertThat(warnings()).allMatch(line -> line.contains("Diagnostics: "));
        }

        private List<String> warnings() {
            return service.lines().stream()
                    .filter(line -> line.matches("(\\S+ +)?(WARN|ERROR|WARNING)\\b.*") || line.startsWith("\tat ")).toList();
        }

        private List<Path> files(String folder) throws IOException {
            Path root = service.folder(folder);
            try (Stream<Path> files = Files.walk(root)) {
                return files.filter(file -> !file.equals(root)).toList();
            }
        }
    }

    @Nested
    @Execution(ExecutionMode.SAME_THREAD)
    class Given_a_connection_to_elsewhere {

        private static final List<String> TABLE = List.of(
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
                "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 0 100 0 0 10 0",
                "   1: 0100007F:A001 0100007F:1538 01 00000000:00000000 00:00000000 00000000     0        0 102 1 0 100 0 0 10 0",
                "   2: 0F02000A:A002 0A02007B:01BB 02 00000000:00000000 00:00000000 00000000     0        0 103 1 0 100 0 0 10 0");
        private static final List<String> TABLE6 = List.of(
                "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt"
                        + "   uid  timeout inode",
                "   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:A003 01 00000000:00000000 00:00000000 00000000"
                        + "     0        0 201 1 0 100 0 0 10 0",
                "   1: 0000000000000000FFFF00000F02000A:A004 0000000000000000FFFF0000010200C0:01BB 01 00000000:00000000 00:00000000 00000000"
                        + "     0        0 202 1 0 100 0 0 10 0");

        @Test
        void the_observer_sees_it_even_while_it_is_only_tried() {
            assertThat(Sockets.peersOutside(TABLE, Set.of("101", "102", "103"))).containsExactly("123.0.2.10");
            assertThat(Sockets.peersOutside(TABLE6, Set.of("201", "202"))).containsExactly("192.0.2.1");
        }

        @Test
        void the_observer_does_not_take_it_for_that_of_another_process() {
            assertThat(Sockets.peersOutside(TABLE, Set.of("101", "102"))).isEmpty();
        }
    }
}
