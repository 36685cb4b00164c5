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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WebhookAnchorTests {

    @Nested
    class Given_an_address_that_checkpoints_are_posted_to {

        @Test
        void each_checkpoint_arrives_as_it_was_signed_and_one_that_is_refused_stops_nothing() throws IOException {
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
                    Node node = Node.on(database, Map.of("countersign.anchor-webhook", "http://127.0.0.1:" + far.getAddress().getPort() + "/"))) {
                Proofs proofs = node.get(Proofs.class);
                node.pending("agent-1", null);
                String first = proofs.checkpoint();
                await().untilAsserted(() -> assertThat(received).contains(first));
                await().untilAsserted(() -> assertThat(proofs.checkpoints(1).getFirst().anchoredIn()).containsExactly("webhook"));

                answer.set(500);
                node.pending("agent-1", null);
                String second = proofs.checkpoint();
                await().untilAsserted(() -> assertThat(received).contains(second));
                assertThat(proofs.verify().passed()).isTrue();
            } finally {
                far.stop(0);
            }
        }
    }
}
