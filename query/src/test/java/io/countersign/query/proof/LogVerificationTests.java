package io.countersign.query.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent.ActionApprovalGiven;
import io.countersign.command.action.api.ActionEvent.ActionDenied;
import io.countersign.command.store.api.Head;
import io.countersign.command.testing.TestDatabase;
import io.countersign.query.Node;
import io.countersign.query.proof.api.BundleChecks;
import io.countersign.query.proof.api.DatabaseChecks;
import io.countersign.query.proof.api.Proofs;
import io.countersign.query.proof.api.Verification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogVerificationTests {

    private static final Instant TOMORROW = Instant.parse("2100-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private TestDatabase database;
    private Node node;
    private Proofs proofs;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        node = Node.on(database);
        proofs = node.get(Proofs.class);
    }

    @AfterEach
    void stop() {
        node.close();
        database.close();
    }

    private void actions(int many) {
        for (int i = 0; i < many; i++) {
            node.approve(node.pending("agent-1", TOMORROW));
        }
    }

    private Path export(String workspace) throws IOException {
        Path file = folder.resolve("bundle-" + workspace + ".jsonl");
        try (OutputStream out = Files.newOutputStream(file)) {
            proofs.export(workspace, out);
        }
        return file;
    }

    private static Verification check(Path bundle) throws IOException {
        return check(Files.readString(bundle), null);
    }

    private static Verification check(String bundle, String checkpoint) throws IOException {
        BundleChecks checks = ServiceLoader.load(BundleChecks.class).findFirst().orElseThrow();
        return checks.check(new BufferedReader(new StringReader(bundle)), checkpoint, null);
    }

    @Nested
    class Given_a_log_nobody_touched {

        @Test
        void every_event_is_a_leaf_and_the_check_passes() {
            actions(20);
            Verification found = proofs.verify();
            assertThat(found.integrity().reason()).isNull();
            assertThat(found.passed()).isTrue();
            assertThat(found.checked()).isEqualTo(node.get(Head.class).index() + 1).isEqualTo(60);
            assertThat(proofs.broken()).isEmpty();
            assertThat(proofs.lastVerification()).contains(found);
        }

        @Test
        void a_checkpoint_covers_what_was_there_when_it_was_asked_for() {
            actions(3);
            Checkpoint first = Checkpoint.parse(Note.decode(proofs.checkpoint()).text());
            actions(1);
            Checkpoint second = Checkpoint.parse(Note.decode(proofs.checkpoint()).text());
            assertThat(first.size()).isEqualTo(9);
            assertThat(second.size()).isEqualTo(12);
            assertThat(second.origin()).isEqualTo(first.origin()).isEqualTo(proofs.keys().origin());
            assertThat(proofs.inclusion(null, 9L).root()).isEqualTo(Bundle.base64(first.root()));
            Proofs.Consistency grown = proofs.consistency(9L, 12L);
            assertThat(grown.earlierRoot()).isEqualTo(Bundle.base64(first.root()));
            assertThat(grown.root()).isEqualTo(Bundle.base64(second.root()));
            assertThat(second.heads()).containsOnlyKeys(Checkpoint.pseudonym("default"));
        }

        @Test
        void each_decision_of_a_person_is_signed_for_at_once_and_nothing_else_is() {
            String id = node.pending("agent-1", TOMORROW);
            proofs.checkpoint();
            node.append(id, (action, sealer) -> List.of(new ActionApprovalGiven(action, "person-1", null, "api", "digest", 1, 2,
                    sealer.seal("action.approved", new ActionContent.Remark("fine")))));
            signedFor(3);
            node.approve(id);
            signedFor(4);
            String other = node.pending("agent-1", TOMORROW);
            node.append(other, (action, sealer) -> List.of(new ActionDenied(action, "person-1", null, "api",
                    sealer.seal("action.denied", new ActionContent.Remark("no")))));
            signedFor(7);
            node.execute(id);
            proofs.inclusion(8L, null); // the tree has it
            assertThat(proofs.checkpoints(1).getFirst().size()).isEqualTo(7);
        }

        private void signedFor(long size) {
            await().atMost(Duration.ofSeconds(20)).until(() -> proofs.checkpoints(1).getFirst().size() == size);
        }

        @Test
        void both_verifiers_are_content_with_its_bundle() throws IOException {
            actions(100);
            Path bundle = export("default");
            assertThat(check(bundle).passed()).isTrue();
            assertThat(check(bundle).checked()).isEqualTo(300);
            assertThat(SecondVerifier.run(bundle.toString())).isEqualTo(
                    new SecondVerifier.Outcome(List.of("VALID 300 events, 300 of them of workspace default"), 0));
        }

        @Test
        void an_auditor_of_another_workspace_sees_hashes_only() throws IOException {
            actions(2);
            Path bundle = export("elsewhere");
            assertThat(Files.readString(bundle)).doesNotContain("action.requested");
            assertThat(check(bundle).passed()).isTrue();
            assertThat(SecondVerifier.run(bundle.toString()).line()).startsWith("VALID 6 events, 0 of them");
        }

        @Test
        void an_old_checkpoint_is_recognised_after_the_log_has_grown() throws IOException {
            actions(2);
            Path old = Files.writeString(folder.resolve("old"), proofs.checkpoint());
            actions(3);
            Path bundle = export("default");
            assertThat(check(Files.readString(bundle), Files.readString(old)).passed()).isTrue();
            assertThat(SecondVerifier.run("--checkpoint", old.toString(), bundle.toString()).exit()).isZero();
        }

        @Test
        void while_keys_change_both_sign_and_the_old_one_alone_is_enough() throws IOException {
            actions(1);
            proofs.checkpoint();
            String old = proofs.keys().keys().getFirst().verifier();
            proofs.rotate();
            actions(1);
            Path bundle = export("default");
            assertThat(proofs.keys().keys()).hasSize(2);
            assertThat(proofs.keys().keys().getFirst().retiresAt()).isNotNull();
            assertThat(Note.decode(proofs.checkpoint()).signatures()).hasSize(2);
            assertThat(check(bundle).passed()).isTrue();
            assertThat(SecondVerifier.run("--key", old, bundle.toString()).exit()).isZero();
            assertThat(proofs.verify().passed()).isTrue();
        }

        @Test
        void it_can_be_checked_from_outside_of_the_service() {
            actions(5);
            String checkpoint = proofs.checkpoint();
            Verification found = ServiceLoader.load(DatabaseChecks.class).findFirst().orElseThrow().check(database.endpoint().jdbcUrl(),
                    database.endpoint().applicationUser(), database.endpoint().applicationPassword(), null, null, checkpoint);
            assertThat(found.passed()).isTrue();
            assertThat(found.checked()).isEqualTo(15);
            assertThat(found.anchored().size()).isEqualTo(15);
        }

        @Test
        void another_node_goes_on_where_the_first_stopped() {
            actions(2);
            proofs.checkpoint();
            try (Node second = node.another(database)) {
                actions(2);
                assertThat(second.get(Proofs.class).verify().passed()).isTrue();
                assertThat(second.get(Proofs.class).verify().checked()).isEqualTo(12);
            }
        }
    }
}
