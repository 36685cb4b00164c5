package io.countersign.executors.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.countersign.executors.outbound.Gate.Shut;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GateTests {

    @Nested
    class Given_a_connection_that_stands {

        private ServerSocket listener;
        private Socket near;
        private Socket far;
        private OutputStream out;

        @BeforeEach
        void connect() throws IOException {
            listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            near = Gate.socket();
            near.connect(listener.getLocalSocketAddress());
            far = listener.accept();
            out = near.getOutputStream();
        }

        @AfterEach
        void close() throws IOException {
            Gate.leave();
            near.close();
            far.close();
            listener.close();
        }

        @Test
        void a_request_whose_time_is_up_does_not_leave() throws IOException {
            Gate gate = new Gate(Deadline.in(Duration.ZERO));
            gate.enter();
            assertThatThrownBy(() -> send("POST")).isInstanceOf(Shut.class);
            assertThat(gate.hasPassed()).isFalse();
            assertThat(arrived()).isEmpty();
        }

        @Test
        void a_request_that_was_stopped_does_not_leave() throws IOException {
            Gate gate = new Gate(Deadline.in(Duration.ofMinutes(1)));
            gate.enter();
            assertThat(gate.stop()).as("something had left").isFalse();
            assertThatThrownBy(() -> send("POST")).isInstanceOf(Shut.class);
            assertThat(arrived()).isEmpty();
        }

        @Test
        void the_rest_of_a_request_that_was_stopped_midway_does_not_leave() throws IOException {
            Gate gate = new Gate(Deadline.in(Duration.ofMinutes(1)));
            gate.enter();
            send("POST");
            assertThat(gate.hasPassed()).isTrue();
            assertThat(gate.stop()).as("something had left").isTrue();
            assertThatThrownBy(() -> send("body")).isInstanceOf(Shut.class);
            assertThat(arrived()).isEqualTo("POST");
        }

        @Test
        void the_rest_of_a_request_whose_time_is_up_midway_does_not_leave() throws IOException {
            Deadline deadline = Deadline.in(Duration.ofMillis(300));
            new Gate(deadline).enter();
            send("POST");
            await().until(deadline::passed);
            assertThatThrownBy(() -> send("body")).isInstanceOf(Shut.class);
            assertThat(arrived()).isEqualTo("POST");
        }

        @Test
        void what_is_no_part_of_a_request_leaves() throws IOException {
            new Gate(Deadline.in(Duration.ZERO)).enter();
            Gate.leave();
            send("hello");
            out.write('!');
            assertThat(arrived()).isEqualTo("hello!");
        }

        private void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }

        private String arrived() throws IOException {
            near.close();
            return new String(far.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
