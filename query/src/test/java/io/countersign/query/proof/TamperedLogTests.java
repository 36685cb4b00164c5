package io.countersign.query.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.ActionApprovalGiven;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.store.api.Head;
import io.countersign.command.store.api.RawLog;
import io.countersign.command.testing.TestDatabase;
import io.countersign.query.Node;
import io.countersign.query.proof.api.BundleChecks;
import io.countersign.query.proof.api.Proofs;
import io.countersign.query.proof.api.Verification;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Every way we know to falsify a log, done once, and where each verifier says it was done. */
class TamperedLogTests {

    private static final int EVENTS = 10_000;
    private static final int AT_ONCE = 25;
    private static final long BAD = 5_003;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> TABLES = List.of("command.domain_event_entry", "query.proof_leaf", "query.proof_node",
            "query.proof_checkpoint", "query.proof_key");

    @TempDir
    private static Path folder;

    private static TestDatabase database;
    private static Node node;
    private static Proofs proofs;
    private static JdbcClient owner;
    private static List<String> bundle;
    private static List<String> foreign;
    private static List<Long> checkpoints;
    private static String newest;
    private static String key;

    @BeforeAll
    static void record() throws IOException {
        database = TestDatabase.create();
        node = Node.on(database, Map.of("countersign.anchor-dir", folder.resolve("anchors").toString()));
        proofs = node.get(Proofs.class);
        owner = JdbcClient.create(database.ownerDataSource());
        for (int i = 0; i < EVENTS / AT_ONCE; i++) {
            node.append(i % 40 == 7 ? "elsewhere" : "default", UUID.randomUUID().toString(), TamperedLogTests::life);
        }
        newest = proofs.checkpoint();
        key = proofs.keys().keys().getFirst().verifier();
        bundle = export("default");
        foreign = export("elsewhere");
        checkpoints = owner.sql("select size from query.proof_checkpoint order by size").query(Long.class).list();
        TABLES.forEach(table -> owner.sql("create table " + copy(table) + " as select * from " + table).update());
    }

    @AfterAll
    static void stop() {
        node.close();
        database.close();
    }

    private static List<ActionEvent> life(String id, Node.Sealer sealer) {
        List<ActionEvent> events = new ArrayList<>(List.of(Node.requested(id, "default", "agent-1", sealer),
                new ActionApprovalRequired(id, Node.VERDICT, null, null)));
        while (events.size() < AT_ONCE) {
            events.add(new ActionApprovalGiven(id, "person-" + events.size(), null, "api", "digest", events.size(), 99,
                    sealer.seal("action.approved", new ActionContent.Remark("fine"))));
        }
        return events;
    }

    private static List<String> export(String workspace) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        proofs.export(workspace, out);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static String copy(String table) {
        return "public.copy_of_" + table.substring(table.indexOf('.') + 1);
    }

    /** The size of the last checkpoint that an event does not belong to. */
    private static long before(long index) {
        return checkpoints.stream().filter(size -> size <= index).mapToLong(size -> size).max().orElse(0);
    }

    private static long nextOwn(long index) {
        return bundle.stream().filter(line -> line.contains("\"event\":")).mapToLong(TamperedLogTests::index).filter(it -> it > index).min()
                .orElseThrow();
    }

    private static long index(String line) {
        return JSON.readTree(line).path("index").asLong(-1);
    }

    private static int place(List<String> lines, long index) {
        for (int i = (int) index; i < lines.size(); i++) {
            if (lines.get(i).startsWith("{\"index\":" + index + ",")) {
                return i;
            }
        }
        throw new IllegalArgumentException("No line for event " + index);
    }

    private static String flip(String text) {
        char[] letters = text.toCharArray();
        int at = text.length() / 2;
        letters[at] = letters[at] == 'a' ? 'b' : 'a';
        return new String(letters);
    }

    @Nested
    class Given_a_bundle_in_other_hands {

        private static List<String> edited(UnaryOperator<List<String>> edit) {
            return edit.apply(new ArrayList<>(bundle));
        }

        private static List<String> column(int column, UnaryOperator<String> change) {
            return edited(lines -> {
                JsonNode line = JSON.readTree(lines.get(place(lines, BAD)));
                ArrayNode event = (ArrayNode) line.path("event");
                event.set(column, change.apply(event.path(column).asString()));
                lines.set(place(lines, BAD), JSON.writeValueAsString(line));
                return lines;
            });
        }

        /** What somebody does who can compute hashes: the event, its leaf and all later ones of its chain. */
        private static List<String> rechained(long until, boolean withCheckpoints) {
            List<String> lines = column(7, TamperedLogTests::flip);
            Chains chains = new Chains();
            List<String> made = new ArrayList<>();
            for (String text : lines) {
                ObjectNode line = (ObjectNode) JSON.readTree(text);
                JsonNode event = line.path("event");
                if (!event.isMissingNode()) {
                    byte[] hash = chains.add(new RawLog.Row(line.path("index").asLong(), event.path(0).asString(), event.path(1).asString(),
                            event.path(2).asString(), Long.parseLong(event.path(3).asString()), event.path(4).asString(),
                            event.path(5).asString(), event.path(6).asString(), event.path(7).asString(), event.path(8).asString())).hash();
                    if (line.path("index").asLong() <= until) {
                        line.put("leaf", Bundle.base64(hash));
                    }
                }
                if (withCheckpoints || !line.has("checkpoint")) {
                    made.add(JSON.writeValueAsString(line));
                }
            }
            return made;
        }

        /** With what the second verifier says, which is started once for all. */
        static Stream<Arguments> mutations() throws IOException {
            List<Mutation> all = all();
            List<String> files = new ArrayList<>();
            for (Mutation mutation : all) {
                files.add(file("mutation-" + files.size() + ".jsonl", text(mutation.lines())).toString());
            }
            SecondVerifier.Outcome outcome = SecondVerifier.run(files.toArray(String[]::new));
            assertThat(outcome.exit()).isOne();
            return IntStream.range(0, all.size())
                    .mapToObj(i -> arguments(all.get(i), outcome.lines().get(i).substring(files.get(i).length() + 1)));
        }

        /** What was done, what became of it, and where that shows first. */
        record Mutation(String what, List<String> lines, long expected) {
            @Override
            public String toString() {
                return what;
            }
        }

        private static List<Mutation> all() {
            int bad = place(bundle, BAD);
            return List.of(
                    new Mutation("the event id changed", column(0, TamperedLogTests::flip), BAD),
                    new Mutation("the aggregate type changed", column(1, TamperedLogTests::flip), BAD),
                    new Mutation("the aggregate changed", column(2, TamperedLogTests::flip), BAD),
                    new Mutation("the sequence changed", column(3, sequence -> sequence + "1"), BAD),
                    new Mutation("the time changed", column(4, time -> time.replace("2", "3")), BAD),
                    new Mutation("the name changed", column(5, TamperedLogTests::flip), BAD),
                    new Mutation("the revision changed", column(6, revision -> revision + "0"), BAD),
                    new Mutation("a byte of the payload changed", column(7, TamperedLogTests::flip), BAD),
                    new Mutation("the actor in the metadata changed", column(8, metadata -> metadata.replace("somebody", "nobody")), BAD),
                    new Mutation("the workspace in the metadata changed", column(8, metadata -> metadata.replace("default", "elsewhere")), BAD),
                    new Mutation("the first event taken out", edited(lines -> without(lines, 0)), 0L),
                    new Mutation("an event in the middle taken out", edited(lines -> without(lines, BAD)), BAD),
                    new Mutation("the last event taken out", edited(lines -> without(lines, EVENTS - 1)), EVENTS - 1L),
                    new Mutation("two events swapped", edited(lines -> swapped(lines, false)), BAD),
                    new Mutation("two events swapped and their indexes set right", edited(lines -> swapped(lines, true)), BAD),
                    new Mutation("an event doubled", edited(lines -> {
                        lines.add(bad, lines.get(bad));
                        return lines;
                    }), BAD + 1),
                    new Mutation("an event slipped in", edited(lines -> {
                        lines.add(bad, lines.get(place(lines, 20)).replaceFirst("\"index\":20,", "\"index\":" + BAD + ","));
                        return lines;
                    }), BAD),
                    new Mutation("an event of another workspace put in its place", edited(lines -> {
                        lines.set(bad, foreign.get(place(foreign, 7 * AT_ONCE)).replaceFirst("\"index\":\\d+,", "\"index\":" + BAD + ","));
                        return lines;
                    }), BAD),
                    new Mutation("the event held back, its hash shown", edited(lines -> {
                        lines.set(bad, lines.get(bad).replaceFirst(",\"event\":.*", "}"));
                        return lines;
                    }), nextOwn(BAD)),
                    new Mutation("the event and its own hash changed", rechained(BAD, true), nextOwn(BAD)),
                    new Mutation("the event changed and everything after it computed anew", rechained(EVENTS, true), before(BAD)),
                    new Mutation("the same, and the checkpoints left out", rechained(EVENTS, false), 0L),
                    new Mutation("a checkpoint taken out", edited(lines -> {
                        lines.removeIf(line -> line.contains("\\n" + checkpoints.get(2) + "\\n") && line.startsWith("{\"checkpoint\""));
                        return lines;
                    }), checkpoints.get(1)),
                    new Mutation("a checkpoint's root changed", edited(lines -> {
                        int at = place(lines, checkpoints.get(2) - 1) + 1;
                        int root = lines.get(at).indexOf("\\n" + checkpoints.get(2) + "\\n") + ("\\n" + checkpoints.get(2) + "\\n").length();
                        char first = lines.get(at).charAt(root);
                        lines.set(at, lines.get(at).substring(0, root) + (first == 'A' ? 'B' : 'A') + lines.get(at).substring(root + 1));
                        return lines;
                    }), checkpoints.get(1)),
                    new Mutation("a checkpoint's signature changed", edited(lines -> {
                        int at = place(lines, checkpoints.get(2) - 1) + 1;
                        String line = lines.get(at);
                        char sign = line.charAt(line.length() - 20);
                        lines.set(at, line.substring(0, line.length() - 20) + (sign == 'A' ? 'B' : 'A') + line.substring(line.length() - 19));
                        return lines;
                    }), checkpoints.get(1)),
                    new Mutation("the end cut off", new ArrayList<>(bundle.subList(0, place(bundle, EVENTS - 30))), checkpoints.get(checkpoints.size() - 2)));
        }

        private static List<String> without(List<String> lines, long index) {
            lines.remove(place(lines, index));
            return lines;
        }

        private static List<String> swapped(List<String> lines, boolean tidily) {
            int first = place(lines, BAD);
            int second = place(lines, BAD + 1);
            String kept = lines.get(first);
            lines.set(first, tidily ? lines.get(second).replaceFirst("\"index\":\\d+", "\"index\":" + BAD) : lines.get(second));
            lines.set(second, tidily ? kept.replaceFirst("\"index\":\\d+", "\"index\":" + (BAD + 1)) : kept);
            return lines;
        }

        @Test
        void untouched_it_is_valid_for_both() throws IOException {
            assertThat(java(bundle, null, null).passed()).isTrue();
            assertThat(second(bundle)).startsWith("VALID " + EVENTS);
            assertThat(second(bundle, "--key", key, "--checkpoint", file("newest", newest).toString())).startsWith("VALID");
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("mutations")
        void both_verifiers_name_the_first_bad_index(Mutation mutation, String second) throws IOException {
            Verification found = java(mutation.lines(), null, null);
            assertThat(found.passed()).as(mutation.what()).isFalse();
            assertThat(firstBad(found)).as("%s: %s %s", mutation, found.integrity(), found.completeness()).isEqualTo(mutation.expected());
            assertThat(second).as(mutation.what()).startsWith("INVALID " + mutation.expected() + " ");
        }

        /** Nothing in such a bundle tells that there was more; only a checkpoint kept elsewhere does. */
        @Test
        void a_log_cut_back_to_an_earlier_checkpoint_is_caught_by_a_later_checkpoint_alone() throws IOException {
            long size = checkpoints.get(3);
            List<String> earlier = new ArrayList<>(bundle.subList(0, place(bundle, size)));
            earlier.set(0, earlier.getFirst().replace("\"size\":" + EVENTS, "\"size\":" + size));
            assertThat(java(earlier, null, null).passed()).isTrue();
            assertThat(second(earlier)).startsWith("VALID");
            assertThat(firstBad(java(earlier, newest, null))).isEqualTo(size);
            assertThat(second(earlier, "--checkpoint", file("newest", newest).toString())).startsWith("INVALID " + size + " ");
        }

        /** Whoever makes a whole new log with a new key is caught by those who know the old key or hold an old checkpoint. */
        @Test
        void a_log_made_anew_under_another_key_is_caught_by_the_key_or_a_checkpoint() throws IOException, GeneralSecurityException {
            List<String> forged = forged(rechained(EVENTS, true));
            assertThat(java(forged, null, null).passed()).isTrue();
            assertThat(second(forged)).startsWith("VALID");
            assertThat(java(forged, null, key).passed()).isFalse();
            assertThat(second(forged, "--key", key)).startsWith("INVALID 0 ");
            assertThat(java(forged, newest, null).passed()).isFalse();
            assertThat(second(forged, "--checkpoint", file("newest", newest).toString())).startsWith("INVALID ");
        }

        private static List<String> forged(List<String> lines) throws GeneralSecurityException {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            String origin = JSON.readTree(lines.getFirst()).path("origin").asString();
            VerifierKey verifier = new VerifierKey(origin, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
            List<String> made = new ArrayList<>();
            made.add(Bundle.header(origin, "default", EVENTS, List.of(verifier)));
            Frontier frontier = new Frontier();
            Chains own = new Chains();
            @Nullable Checkpoint last = null;
            for (String text : lines.subList(1, lines.size())) {
                JsonNode line = JSON.readTree(text);
                if (!line.has("checkpoint")) {
                    frontier.add(Base64.getDecoder().decode(line.path("leaf").asString()), (level, position, hash) -> { });
                    JsonNode event = line.path("event");
                    if (!event.isMissingNode()) {
                        own.add(new RawLog.Row(line.path("index").asLong(), event.path(0).asString(), event.path(1).asString(),
                                event.path(2).asString(), Long.parseLong(event.path(3).asString()), event.path(4).asString(),
                                event.path(5).asString(), event.path(6).asString(), event.path(7).asString(), event.path(8).asString()));
                    }
                    made.add(text);
                    continue;
                }
                Checkpoint old = Checkpoint.parse(Note.decode(line.path("checkpoint").asString()).text());
                Checkpoint fresh = new Checkpoint(origin, old.size(), frontier.root(), old.time(), last == null ? 0 : last.size(),
                        last == null ? null : last.root(), own.pseudonymous());
                Signature signature = Signature.getInstance("Ed25519");
                signature.initSign(pair.getPrivate());
                signature.update(fresh.text().getBytes(StandardCharsets.UTF_8));
                made.add(Bundle.checkpoint(new Note(fresh.text(), List.of(new Note.Signed(origin, verifier.id(), signature.sign())))));
                last = fresh;
            }
            return made;
        }

        private static Verification java(List<String> lines, @Nullable String checkpoint, @Nullable String key) throws IOException {
            BundleChecks checks = ServiceLoader.load(BundleChecks.class).findFirst().orElseThrow();
            return checks.check(new BufferedReader(new StringReader(text(lines))), checkpoint, key);
        }

        private static String second(List<String> lines, String... options) throws IOException {
            List<String> arguments = new ArrayList<>(List.of(options));
            arguments.add(file("bundle.jsonl", text(lines)).toString());
            SecondVerifier.Outcome outcome = SecondVerifier.run(arguments.toArray(String[]::new));
            assertThat(outcome.exit()).isEqualTo(outcome.line().startsWith("VALID") ? 0 : 1);
            return outcome.line();
        }

        private static Path file(String name, String content) throws IOException {
            return Files.writeString(folder.resolve(name), content);
        }

        private static String text(List<String> lines) {
            return String.join("\n", lines) + "\n";
        }
    }

    private static long firstBad(Verification found) {
        if (found.integrity().firstBad() != null) {
            return found.integrity().firstBad();
        }
        return found.completeness().missingFrom() == null ? -1 : found.completeness().missingFrom();
    }

    @Nested
    class Given_somebody_who_owns_the_database {

        static Stream<Arguments> mutations() {
            String log = "update command.domain_event_entry set %s where global_index = " + BAD;
            long lastCheckpoint = checkpoints.getLast();
            return Stream.of(
                    arguments("a byte of the payload changed", log.formatted("payload = overlay(payload placing 'Z' from 40)"), BAD),
                    arguments("the actor changed", log.formatted("meta_data = replace(meta_data, 'somebody', 'nobody')"), BAD),
                    arguments("the type changed", log.formatted("payload_type = 'action.denied'"), BAD),
                    arguments("the revision taken away", log.formatted("payload_revision = null"), BAD),
                    arguments("the time changed", log.formatted("time_stamp = '2000-01-01T00:00:00.000000Z'"), BAD),
                    arguments("the aggregate changed", log.formatted("aggregate_identifier = 'another'"), BAD),
                    arguments("the sequence changed", log.formatted("sequence_number = 999"), BAD),
                    arguments("the event id changed", log.formatted("event_identifier = 'another'"), BAD),
                    arguments("the first event removed", "delete from command.domain_event_entry where global_index = 0", 0L),
                    arguments("an event removed", "delete from command.domain_event_entry where global_index = " + BAD, BAD),
                    arguments("the last event removed", "delete from command.domain_event_entry where global_index = " + (EVENTS - 1), EVENTS - 1L),
                    arguments("two events swapped", """
                            update command.domain_event_entry set global_index = -1 where global_index = %1$d;
                            update command.domain_event_entry set global_index = %1$d where global_index = %2$d;
                            update command.domain_event_entry set global_index = %2$d where global_index = -1""".formatted(BAD, BAD + 1), BAD),
                    arguments("an event removed and the gap closed", """
                            delete from command.domain_event_entry where global_index = %1$d;
                            update command.domain_event_entry set global_index = -global_index where global_index > %1$d;
                            update command.domain_event_entry set global_index = -global_index - 1 where global_index < 0""".formatted(BAD), BAD),
                    arguments("the end cut off", "delete from command.domain_event_entry where global_index >= 9000", 9_000L),
                    arguments("the end cut off, in log and tree", """
                            delete from command.domain_event_entry where global_index >= 9000;
                            delete from query.proof_leaf where global_index >= 9000""", 9_000L),
                    arguments("everything set back as if from an older backup", """
                            delete from command.domain_event_entry where global_index >= %1$d;
                            delete from query.proof_leaf where global_index >= %1$d;
                            delete from query.proof_node where (position + 1) * (1 << (8 * level)) > %1$d;
                            delete from query.proof_checkpoint where size > %1$d""".formatted(before(8_000)), before(8_000)),
                    arguments("a leaf changed", "update query.proof_leaf set hash = sha256('x') where global_index = " + BAD, BAD),
                    arguments("a leaf removed", "delete from query.proof_leaf where global_index = " + BAD, BAD),
                    arguments("a node of the tree changed", "update query.proof_node set hash = sha256('x') where level = 1 and position = 3", 768L),
                    arguments("a node of the tree removed", "delete from query.proof_node where level = 1 and position = 3", 768L),
                    arguments("a checkpoint changed", "update query.proof_checkpoint set note = replace(note, 'time 2', 'time 3') where size = "
                            + lastCheckpoint, before(lastCheckpoint - 1)),
                    arguments("a checkpoint made unreadable", "update query.proof_checkpoint set note = 'nothing' where size = " + lastCheckpoint, 0L),
                    arguments("a checkpoint removed", "delete from query.proof_checkpoint where size = " + checkpoints.get(2), checkpoints.get(1)),
                    arguments("the public key replaced", "update query.proof_key set public_key = sha256('x')", 0L));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("mutations")
        void the_check_names_the_first_bad_index(String what, String sql, long expected) {
            try {
                change(sql);
                Verification found = proofs.verify();
                assertThat(found.passed()).as(what).isFalse();
                assertThat(firstBad(found)).as("%s: %s %s", what, found.integrity(), found.completeness()).isEqualTo(expected);
            } finally {
                restore();
            }
            assertThat(proofs.verify().passed()).as("put back").isTrue();
        }

        @Test
        void an_event_changed_and_everything_after_it_computed_anew_is_caught_by_the_next_checkpoint() {
            try {
                rechain();
                Verification found = proofs.verify();
                assertThat(found.integrity().firstBad()).isEqualTo(before(BAD));
                assertThat(found.integrity().until()).isGreaterThan(BAD);
            } finally {
                restore();
            }
        }

        @Test
        void the_same_with_the_checkpoints_removed_is_caught_by_the_anchor() {
            try {
                rechain();
                change("delete from query.proof_checkpoint where size > " + BAD);
                Verification found = proofs.verify();
                assertThat(found.integrity().firstBad()).isEqualTo(before(BAD));
                assertThat(found.integrity().reason()).contains("anchor");
            } finally {
                restore();
            }
        }

        private static void change(String sql) {
            owner.sql("truncate query.proof_anchor").update(); // what is anchored is told by the anchor alone
            for (String statement : sql.split(";\\s*")) {
                owner.sql(statement).update();
            }
        }

        /** What somebody does who owns the database and knows the format. */
        private static void rechain() {
            change("update command.domain_event_entry set payload = overlay(payload placing 'Z' from 40) where global_index = " + BAD);
            Chains chains = new Chains();
            Frontier frontier = new Frontier();
            List<TreeStore.Node> nodes = new ArrayList<>();
            List<Chains.Leaf> leaves = node.get(RawLog.class).read(0, EVENTS).stream().map(chains::add).toList();
            leaves.forEach(leaf -> frontier.add(leaf.hash(), (level, position, hash) -> nodes.add(new TreeStore.Node(level, position, hash))));
            owner.sql("truncate query.proof_leaf, query.proof_node").update();
            new TreeStore(database.ownerDataSource()).add(leaves, nodes);
        }

        private static void restore() {
            owner.sql("truncate query.proof_anchor, " + String.join(", ", TABLES)).update();
            TABLES.forEach(table -> owner.sql("insert into " + table + " select * from " + copy(table)).update());
            assertThat(node.get(Head.class).index()).isEqualTo(EVENTS - 1);
        }
    }
}
