package io.countersign.query.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.command.action.api.ActionEvent.ContentArchived;
import io.countersign.command.store.api.RawLog;
import io.countersign.command.store.api.Stub;
import io.countersign.command.store.api.Stubs;
import io.countersign.command.testing.TestDatabase;
import io.countersign.query.Node;
import io.countersign.query.projection.api.Projections;
import io.countersign.query.proof.api.Archiving;
import io.countersign.query.proof.api.BundleChecks;
import io.countersign.query.proof.api.DatabaseChecks;
import io.countersign.query.proof.api.Proofs;
import io.countersign.query.proof.api.Verification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class ArchivedActionsTests {

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
    private static final int EVENTS = 5;

    @TempDir
    private static Path folder;

    private static TestDatabase database;
    private static Node node;
    private static Proofs proofs;
    private static Archiving archiving;
    private static Stubs stubs;
    private static JdbcClient owner;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        node = Node.on(database, Map.of("countersign.archive-dir", folder.resolve("archives").toString()));
        proofs = node.get(Proofs.class);
        archiving = node.get(Archiving.class);
        stubs = node.get(Stubs.class);
        owner = JdbcClient.create(database.ownerDataSource());
    }

    @AfterAll
    static void stop() {
        node.close();
        database.close();
    }

    private static List<String> ended(int many) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            String id = node.pending("agent-1", null);
            node.approve(id);
            node.execute(id);
            ids.add(id);
        }
        return ids;
    }

    private static Archiving.Written written(List<String> actions) {
        return archiving.write("default", actions, LATER).orElseThrow();
    }

    private static void onTheLog(Archiving.Written written) {
        written.parts().forEach(part -> node.append(part.actionId(), (id, sealer) ->
                List.of(new ContentArchived(id, written.name(), written.sha256(), part.events(), part.stubs()))));
    }

    private static Archiving.Written archived(List<String> actions) {
        Archiving.Written written = written(actions);
        onTheLog(written);
        stubs.put(actions);
        return written;
    }

    private static Path file(Archiving.Written written) {
        return folder.resolve("archives").resolve(written.name());
    }

    private static Path bundle() throws IOException {
        Path file = folder.resolve("bundle.jsonl");
        try (OutputStream out = Files.newOutputStream(file)) {
            proofs.export("default", out);
        }
        return file;
    }

    private static Verification check(Path file) throws IOException {
        return ServiceLoader.load(BundleChecks.class).findFirst().orElseThrow()
                .check(new BufferedReader(new StringReader(Files.readString(file))), null, null);
    }

    private static List<RawLog.Row> rows(String action) {
        return node.get(RawLog.class).of(action);
    }

    /** Does something to the database as its owner, looks, and puts it right again. */
    private static Verification verifiedWith(long index, String payload) {
        proofs.checkpoint(); // what the tree has not taken in nobody vouches for
        String before = owner.sql("select payload from command.domain_event_entry where global_index = ?").param(index).query(String.class).single();
        change(index, payload);
        try {
            return proofs.verify();
        } finally {
            change(index, before);
        }
    }

    private static void change(long index, String payload) {
        owner.sql("update command.domain_event_entry set payload = ? where global_index = ?").params(List.of(payload, index)).update();
    }

    @Nested
    class Given_actions_in_an_archive {

        @Test
        void what_was_sealed_left_the_database_and_everything_is_still_proved() throws IOException {
            List<String> actions = ended(3);
            List<RawLog.Row> before = rows(actions.getFirst());
            Archiving.Written written = archived(actions);
            List<RawLog.Row> after = rows(actions.getFirst());
            assertThat(after.getFirst().payload()).contains("\"box\":\"\"").doesNotContain(box(before.getFirst().payload()));
            assertThat(Files.readString(file(written))).contains(box(before.getFirst().payload()));
            assertThat(after).hasSize(before.size() + 1);

            Verification found = proofs.verify();
            assertThat(found.integrity().reason()).isNull();
            assertThat(found.passed()).isTrue();
            assertThat(found.archived().events()).isGreaterThanOrEqualTo(9); // requested, approved and executed have boxes
            assertThat(found.archived().away()).isEmpty();
            Verification outside = ServiceLoader.load(DatabaseChecks.class).findFirst().orElseThrow().check(database.endpoint().jdbcUrl(),
                    database.endpoint().applicationUser(), database.endpoint().applicationPassword(), null, folder.resolve("archives"), null);
            assertThat(outside.passed()).isTrue();
            assertThat(outside.archived().events()).isEqualTo(found.archived().events());

            Path bundle = bundle();
            assertThat(check(bundle).passed()).isTrue();
            assertThat(SecondVerifier.run(bundle.toString()).line()).startsWith("VALID ");
            assertThat(check(file(written)).passed()).isTrue();
            assertThat(check(file(written)).checked()).isEqualTo(3L * EVENTS);
            assertThat(SecondVerifier.run(file(written).toString()).line())
                    .isEqualTo("VALID " + 3 * EVENTS + " archived events of 3 actions of workspace default");
        }

        @Test
        void its_proof_takes_the_whole_events_and_the_content_from_the_archive() {
            List<String> actions = ended(2);
            List<RawLog.Row> before = rows(actions.getLast());
            archived(actions);
            Proofs.Evidence evidence = proofs.evidence(actions.getLast());
            assertThat(evidence.events()).hasSize(EVENTS + 1);
            assertThat(evidence.events().subList(0, EVENTS)).extracting(Proofs.ProvedEntry::event)
                    .isEqualTo(before.stream().map(Bundle::columns).toList());
            assertThat(evidence.content()).extracting(Proofs.Content::params).isEqualTo("{\"to\":\"a@example.com\"}");
        }

        @Test
        void views_built_anew_are_the_same() {
            archived(ended(2));
            assertThat(node.actions().find(Node.ADMIN, Node.ALL).items()).isNotEmpty();
            node.get(Projections.class).rebuild("actions");
            await().atMost(Duration.ofSeconds(30)).until(() -> state("actions").rebuild().finishedAt() != null);
            assertThat(state("actions").rebuild().phase()).as(state("actions").rebuild().message()).isEqualTo("switched");
            assertThat(state("actions").rebuild().identical()).isTrue();
        }

        @Test
        void a_byte_of_the_archive_that_is_not_the_one_written_is_found_by_everyone() throws IOException {
            List<String> actions = ended(1);
            Archiving.Written written = archived(actions);
            byte[] good = Files.readAllBytes(file(written));
            try {
                for (int at : new int[] {10, good.length / 3, good.length / 2, good.length - 20}) {
                    byte[] bad = good.clone();
                    bad[at] ^= 1;
                    Files.write(file(written), bad);
                    assertThat(proofs.verify().integrity().valid()).as("byte %d", at).isFalse();
                    assertThat(proofs.verify().integrity().reason()).contains(written.name());
                    assertThat(passes(new String(bad, StandardCharsets.ISO_8859_1))).as("byte %d", at).isFalse();
                    assertThat(SecondVerifier.run(file(written).toString()).exit()).as("byte %d", at).isEqualTo(1);
                }
            } finally {
                Files.write(file(written), good);
            }
            assertThat(proofs.verify().passed()).isTrue();
        }

        private static boolean passes(String text) throws IOException {
            return ServiceLoader.load(BundleChecks.class).findFirst().orElseThrow().check(new BufferedReader(new StringReader(text)), null, null)
                    .passed();
        }

        @Test
        void without_the_file_it_still_passes_and_says_what_was_not_looked_into() throws IOException {
            Archiving.Written written = archived(ended(1));
            Path elsewhere = folder.resolve("tape.jsonl");
            Files.move(file(written), elsewhere);
            try {
                Verification found = proofs.verify();
                assertThat(found.passed()).isTrue();
                assertThat(found.archived().away()).containsExactly(written.name());
            } finally {
                Files.move(elsewhere, file(written));
            }
        }

        @Test
        void a_stub_that_is_altered_is_found() {
            List<String> actions = ended(1);
            archived(actions);
            RawLog.Row requested = rows(actions.getFirst()).getFirst();
            Verification found = verifiedWith(requested.index(), requested.payload().replace("agent-1", "agent-2"));
            assertThat(found.integrity().valid()).isFalse();
            assertThat(found.integrity().firstBad()).isEqualTo(requested.index());
        }
    }

    @Nested
    class Given_a_crash_on_the_way {

        @Test
        void a_file_that_no_event_speaks_of_is_of_no_account() {
            List<String> actions = ended(1);
            written(actions);
            assertThat(proofs.verify().passed()).isTrue();
            assertThat(rows(actions.getFirst()).getFirst().payload()).doesNotContain("\"box\":\"\"");
        }

        @Test
        void what_the_log_calls_archived_becomes_stubs_at_the_next_look() {
            List<String> actions = ended(2);
            onTheLog(written(actions));
            assertThat(proofs.verify().passed()).isTrue();
            assertThat(stubs.pending(100)).isEqualTo(actions);
            stubs.put(List.of(actions.getFirst()));
            assertThat(proofs.verify().passed()).as("one of them done").isTrue();
            assertThat(stubs.pending(100)).containsExactly(actions.getLast());
            stubs.put(stubs.pending(100));
            assertThat(stubs.pending(100)).isEmpty();
            assertThat(stubs.put(actions)).as("once is enough").isZero();
            assertThat(proofs.verify().passed()).isTrue();
        }
    }

    @Nested
    class Given_actions_that_are_not_archived {

        @Test
        void nothing_becomes_a_stub() {
            List<String> actions = ended(1);
            assertThat(stubs.put(actions)).isZero();
            assertThat(archiving.write("default", actions, Instant.EPOCH)).as("not idle for so long").isEmpty();
            assertThat(archiving.write("elsewhere", actions, LATER)).isEmpty();
        }

        @Test
        void an_event_that_only_looks_like_a_stub_is_found() {
            RawLog.Row requested = rows(ended(1).getFirst()).getFirst();
            Verification found = verifiedWith(requested.index(), Stub.payload(requested.payload()));
            assertThat(found.integrity().firstBad()).isEqualTo(requested.index());
        }

        @Test
        void an_event_that_was_altered_is_not_archived_either() {
            String action = ended(1).getFirst();
            RawLog.Row requested = rows(action).getFirst();
            proofs.checkpoint();
            change(requested.index(), requested.payload().replace("agent-1", "agent-2"));
            try {
                assertThatThrownBy(() -> written(List.of(action)))
                        .hasMessageContaining("Event " + requested.index() + " is not what its leaf was made of");
            } finally {
                change(requested.index(), requested.payload());
            }
        }
    }

    private static Projections.State state(String view) {
        return node.get(Projections.class).all().stream().filter(state -> state.name().equals(view)).findFirst().orElseThrow();
    }

    private static String box(String payload) {
        int from = payload.indexOf("\"box\":\"") + 7;
        return payload.substring(from, payload.indexOf('"', from));
    }
}
