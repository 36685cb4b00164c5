package io.countersign.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.testing.TestDatabase;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TimeTravelTests {

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
    private static final int ACTIONS = 60;
    private static final Random RANDOM = new Random(7);

    private static TestDatabase database;
    private static Node node;
    private static Map<String, List<EventReader.Stored>> log;
    private static List<Instant> moments;

    @BeforeAll
    static void record() {
        database = TestDatabase.create();
        node = Node.on(database);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < ACTIONS; i++) {
            ids.add(node.pending("agent-1", i % 3 == 0 ? null : LATER.plusSeconds(RANDOM.nextInt(1_000))));
            String earlier = ids.get(RANDOM.nextInt(ids.size()));
            if (node.actions().byId(Node.ADMIN, earlier).orElseThrow().status() == ActionStatus.PENDING) {
                node.approve(earlier);
                if (RANDOM.nextBoolean()) {
                    node.execute(earlier);
                }
            }
        }
        log = node.get(EventReader.class).read(ids, Long.MAX_VALUE);
        moments = log.values().stream().flatMap(List::stream).map(EventReader.Stored::at).distinct()
                .flatMap(at -> List.of(at.minus(1, ChronoUnit.MICROS), at, at.plus(1, ChronoUnit.MICROS)).stream()).sorted().toList();
    }

    @AfterAll
    static void stop() {
        node.close();
        database.close();
    }

    /** The status after the raw events of that time or before, folded without regard for anything else; null before the first. */
    private static @Nullable ActionStatus raw(String id, Instant moment) {
        ActionStatus status = null;
        for (EventReader.Stored event : log.get(id)) {
            if (!event.at().isAfter(moment)) {
                status = ((ActionEvent) event.payload()).statusAfter(status);
            }
        }
        return status;
    }

    private static Instant moment() {
        return moments.get(RANDOM.nextInt(moments.size()));
    }

    @Nested
    class Given_any_action_and_any_moment {

        @Test
        void the_action_stands_where_its_raw_events_say_for_1000_random_pairs() {
            List<String> ids = List.copyOf(log.keySet());
            for (int pair = 0; pair < 1_000; pair++) {
                String id = ids.get(RANDOM.nextInt(ids.size()));
                Instant then = moment();
                ActionRow found = node.actions().byId(Node.ADMIN, id, then).orElse(null);
                assertThat(found == null ? null : found.status()).as("%s as of %s", id, then).isEqualTo(raw(id, then));
                if (found != null) {
                    assertThat(found.version()).isEqualTo(log.get(id).stream().filter(event -> !event.at().isAfter(then)).count());
                }
            }
        }

        @Test
        void the_moment_itself_is_included() {
            List<EventReader.Stored> events = log.values().iterator().next();
            Instant asked = events.getFirst().at();
            String id = events.getFirst().aggregateId();
            assertThat(node.actions().byId(Node.ADMIN, id, asked)).isPresent();
            assertThat(node.actions().byId(Node.ADMIN, id, asked.minusNanos(1_000))).isEmpty();
            assertThat(node.actions().byId(Node.ADMIN, id, LATER)).isEqualTo(node.actions().byId(Node.ADMIN, id));
        }
    }

    @Nested
    class Given_the_queue_at_any_moment {

        @Test
        void it_holds_what_waited_then_in_the_order_of_that_time() {
            for (int question = 0; question < 50; question++) {
                Instant then = moment();
                List<String> waited = log.keySet().stream().filter(id -> raw(id, then) == ActionStatus.PENDING).toList();
                List<ActionRow> found = node.actions().queue(Node.ADMIN, Node.ALL, then).items();
                assertThat(found).as("as of %s", then).extracting(ActionRow::id).containsExactlyInAnyOrderElementsOf(waited);
                assertThat(found).isSortedAccordingTo(Comparator.comparing(row -> row.expiresAt() == null ? Instant.MAX : row.expiresAt()));
            }
        }

        @Test
        void now_it_is_the_queue_of_now_page_by_page() {
            Actions.Page now = node.actions().queue(Node.ADMIN, Node.ALL);
            assertThat(node.actions().queue(Node.ADMIN, Node.ALL, LATER).items()).isEqualTo(now.items());
            Actions.Page first = node.actions().queue(Node.ADMIN, Node.filter(3, null), LATER);
            Actions.Page second = node.actions().queue(Node.ADMIN, Node.filter(3, first.nextCursor()), LATER);
            assertThat(List.of(first, second)).flatExtracting(Actions.Page::items).isEqualTo(now.items().subList(0, 6));
        }
    }
}
