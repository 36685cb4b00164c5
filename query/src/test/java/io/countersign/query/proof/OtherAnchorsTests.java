package io.countersign.query.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.countersign.command.testing.TestDatabase;
import io.countersign.query.Node;
import io.countersign.query.proof.api.Proofs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherAnchorsTests {

    @Nested
    class Given_a_repository_and_an_address_for_checkpoints {

        @Test
        void each_checkpoint_is_committed_and_arrives_as_it_was_signed_and_one_that_is_refused_stops_nothing(@TempDir Path repository)
                throws IOException, GitAPIException {
            List<String> received = new CopyOnWriteArrayList<>();
            AtomicInteger answer = new AtomicInteger(204);
            HttpServer far = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            far.createContext("/", exchange -> {
                received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                exchange.sendResponseHeaders(answer.get(), -1);
                exchange.close();
            });
            far.start();
            try (TestDatabase database = TestDatabase.create();
                    Node node = Node.on(database, Map.of("countersign.anchor-git", repository.toString(),
                            "countersign.anchor-webhook", "http://127.0.0.1:" + far.getAddress().getPort() + "/"))) {
                Proofs proofs = node.get(Proofs.class);
                node.pending("agent-1", null);
                String first = proofs.checkpoint();
                await().untilAsserted(() -> assertThat(received).contains(first));
                await().untilAsserted(() -> assertThat(proofs.checkpoints(1).getFirst().anchoredIn()).containsExactlyInAnyOrder("git", "webhook"));

                answer.set(500);
                node.pending("agent-1", null);
                String second = proofs.checkpoint();
                await().untilAsserted(() -> assertThat(received).contains(second));
                assertThat(proofs.verify().passed()).isTrue();
                await().untilAsserted(() -> assertThat(Files.list(repository).filter(Files::isRegularFile).map(OtherAnchorsTests::text))
                        .anyMatch(text -> text.contains(second.lines().skip(2).findFirst().orElseThrow())));
                try (Git git = Git.open(repository.toFile())) {
                    assertThat(git.log().call()).hasSizeGreaterThanOrEqualTo(2).allMatch(commit -> commit.getShortMessage().startsWith("Checkpoint of "));
                    assertThat(git.status().call().isClean()).isTrue();
                }
            } finally {
                far.stop(0);
            }
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
