package io.countersign.executors.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.executors.LocalServer;
import io.countersign.executors.LocalServer.Answer;
import io.countersign.executors.outbound.Reply.Answered;
import io.countersign.executors.outbound.Reply.Cause;
import io.countersign.executors.outbound.Reply.NoAnswer;
import io.countersign.executors.outbound.Reply.NotSent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundClientTests {

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private final LocalServer server = start();

    private static LocalServer start() {
        try {
            return new LocalServer();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static OutboundCall post(String uri) {
        return new OutboundCall("POST", URI.create(uri), Map.of("Authorization", "Bearer sesame"), "{}");
    }

    @Nested
    class Given_a_host_that_the_operator_named {

        private final OutboundClient client = OutboundClient.allowing(server.hostAndPort());

        @Test
        void it_is_called_by_plain_http() throws Exception {
            server.answering(request -> Answer.of(201, "{\"ok\":true}"));
            assertThat(client.send(post(server.url() + "/a?b=c"), Deadline.in(TEN_SECONDS))).isEqualTo(new Answered(201, "{\"ok\":true}", true, null));
            assertThat(server.requests()).singleElement().satisfies(request -> {
                assertThat(request.method() + " " + request.path()).isEqualTo("POST /a?b=c");
                assertThat(request.header("Authorization")).isEqualTo("Bearer sesame");
                assertThat(request.header("Content-Type")).startsWith("application/json");
            });
        }

        @ParameterizedTest
        @ValueSource(ints = {301, 302, 303, 307, 308})
        void a_redirect_is_an_answer_and_is_not_followed(int status) throws Exception {
            server.answering(request -> new Answer(status, "", Map.of("Location", server.url() + "/elsewhere")));
            assertThat(client.send(post(server.url()), Deadline.in(TEN_SECONDS))).isInstanceOfSatisfying(Answered.class,
                    answer -> assertThat(answer.status()).isEqualTo(status));
            assertThat(server.requests()).hasSize(1);
        }

        @Test
        void cookies_are_not_kept() throws Exception {
            server.answering(request -> new Answer(200, "{}", Map.of("Set-Cookie", "a=b; Path=/")));
            client.send(post(server.url()), Deadline.in(TEN_SECONDS));
            client.send(post(server.url()), Deadline.in(TEN_SECONDS));
            assertThat(server.requests()).hasSize(2).allSatisfy(request -> assertThat(request.header("Cookie")).isEmpty());
        }

        @Test
        void a_long_answer_is_cut() throws Exception {
            server.answering(request -> Answer.of(200, "x".repeat(OutboundClient.MAX_ANSWER_BYTES + 1)));
            assertThat(client.send(post(server.url()), Deadline.in(TEN_SECONDS))).isInstanceOfSatisfying(Answered.class, answer -> {
                assertThat(answer.whole()).isFalse();
                assertThat(answer.body()).hasSize(OutboundClient.MAX_ANSWER_BYTES);
            });
        }

        @Test
        void a_connection_that_breaks_after_the_request_leaves_doubt() throws Exception {
            server.answering(request -> Answer.BREAK);
            assertThat(client.send(post(server.url()), Deadline.in(TEN_SECONDS))).isInstanceOf(NoAnswer.class);
            assertThat(server.requests()).as("nothing is repeated behind our back").hasSize(1);
        }

        @Test
        void a_header_with_a_line_break_is_not_sent() throws Exception {
            var call = new OutboundCall("GET", URI.create(server.url()), Map.of("X-Name", "a\r\nX-Other: b"), null);
            assertThat(client.send(call, Deadline.in(TEN_SECONDS))).isInstanceOf(NotSent.class);
            assertThat(server.requests()).isEmpty();
        }

        @Test
        void another_port_of_it_is_still_forbidden() throws Exception {
            try (var listener = new Listener()) {
                assertThat(client.send(post("http://127.0.0.1:" + listener.port()), Deadline.in(TEN_SECONDS))).isInstanceOf(NotSent.class);
                assertThat(client.send(post("https://127.0.0.1:" + listener.port()), Deadline.in(TEN_SECONDS)))
                        .isInstanceOfSatisfying(NotSent.class, it -> assertThat(it.cause()).isEqualTo(Cause.ADDRESS_REFUSED));
                listener.assertUntouched();
            }
        }
    }

    @Nested
    class Given_a_far_side_that_does_not_answer {

        @Test
        void the_call_is_aborted_when_the_time_is_up_and_the_far_side_sees_it() throws Exception {
            try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                var end = CompletableFuture.supplyAsync(() -> readToEnd(silent), Thread::startVirtualThread);
                var client = OutboundClient.allowing("127.0.0.1:" + silent.getLocalPort());
                var reply = client.send(post("http://127.0.0.1:" + silent.getLocalPort()), Deadline.in(Duration.ofMillis(400)));
                assertThat(reply).isInstanceOfSatisfying(NoAnswer.class, it -> assertThat(it.cause()).isEqualTo(Cause.TIME_UP));
                assertThat(end.get(5, TimeUnit.SECONDS)).contains("POST / HTTP/1.1");
            }
        }

        @Test
        void an_interrupt_aborts_the_call() throws Exception {
            try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                var end = CompletableFuture.supplyAsync(() -> readToEnd(silent), Thread::startVirtualThread);
                var client = OutboundClient.allowing("127.0.0.1:" + silent.getLocalPort());
                var caller = Thread.currentThread();
                CompletableFuture.runAsync(caller::interrupt, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
                assertThatThrownBy(() -> client.send(post("http://127.0.0.1:" + silent.getLocalPort()), Deadline.in(TEN_SECONDS)))
                        .isInstanceOf(InterruptedException.class);
                assertThat(end.get(5, TimeUnit.SECONDS)).contains("POST / HTTP/1.1");
            }
        }

        private String readToEnd(ServerSocket silent) {
            try (var socket = silent.accept()) {
                return new String(socket.getInputStream().readAllBytes());
            } catch (java.net.SocketException reset) {
                return "POST / HTTP/1.1 and then a reset";
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Test
        void nobody_listening_means_nothing_was_sent() throws Exception {
            int port;
            try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = gone.getLocalPort();
            }
            var reply = OutboundClient.allowing("127.0.0.1:" + port).send(post("http://127.0.0.1:" + port), Deadline.in(TEN_SECONDS));
            assertThat(reply).isInstanceOfSatisfying(NotSent.class, it -> assertThat(it.cause()).isEqualTo(Cause.CONNECTION));
        }

        @Test
        void a_failed_handshake_means_nothing_was_sent() throws Exception {
            var client = OutboundClient.allowing(server.hostAndPort());
            assertThat(client.send(post("https://" + server.hostAndPort()), Deadline.in(TEN_SECONDS))).isInstanceOf(NotSent.class);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Nested
    class Given_no_private_host_is_named {

        private final OutboundClient client = OutboundClient.allowing("");
        private Listener listener;

        @BeforeEach
        void listen() throws Exception {
            listener = new Listener();
        }

        @AfterEach
        void stop() throws Exception {
            listener.close();
        }

        @ParameterizedTest
        @ValueSource(strings = {
            "http://127.0.0.1:%d/", "https://127.0.0.1:%d/", "https://127.1:%d/", "https://2130706433:%d/", "https://0x7f000001:%d/",
            "https://0177.0.0.1:%d/", "https://0x7f.0.0.1:%d/", "https://127.0.0.1.:%d/", "https://0:%d/", "https://0.0.0.0:%d/",
            "https://127.8.9.10:%d/", "https://localhost:%d/", "https://localhost.:%d/", "https://LOCALHOST:%d/",
            "https://[::1]:%d/", "https://[::]:%d/", "https://[::127.0.0.1]:%d/", "https://[::ffff:127.0.0.1]:%d/",
            "https://[::ffff:0:127.0.0.1]:%d/", "https://[::ffff:7f00:1]:%d/", "https://[64:ff9b::7f00:1]:%d/",
            "https://[2002:7f00:1::]:%d/", "https://[fe80::1%%251]:%d/", "https://a@127.0.0.1:%d/", "https://example.com@127.0.0.1:%d/",
            "http://localhost:%d/", "ftp://127.0.0.1:%d/", "file://127.0.0.1:%d/etc/passwd", "gopher://127.0.0.1:%d/_x"})
        void nothing_on_this_machine_is_reached(String address) throws Exception {
            var reply = client.send(post(address.formatted(listener.port())), Deadline.in(TEN_SECONDS));
            assertThat(reply).isInstanceOf(NotSent.class);
            listener.assertUntouched();
        }

        @ParameterizedTest
        @ValueSource(strings = {"http://①②⑦.⓪.⓪.①/", "jar:file:///a.jar!/b", "mailto:a@b.example", "https:///x", "//127.0.0.1/"})
        void what_has_no_host_or_no_scheme_is_refused(String address) throws Exception {
            assertThat(client.send(post(address), Deadline.in(TEN_SECONDS))).isInstanceOf(NotSent.class);
        }

        @Test
        void proxies_of_the_process_are_not_asked() throws Exception {
            var before = Map.of("https.proxyHost", System.getProperty("https.proxyHost", ""));
            System.setProperty("https.proxyHost", "127.0.0.1");
            System.setProperty("https.proxyPort", String.valueOf(listener.port()));
            try {
                assertThat(OutboundClient.allowing("").send(post("https://169.254.169.254/"), Deadline.in(TEN_SECONDS))).isInstanceOf(NotSent.class);
                listener.assertUntouched();
            } finally {
                System.clearProperty("https.proxyPort");
                if (before.get("https.proxyHost").isEmpty()) {
                    System.clearProperty("https.proxyHost");
                }
            }
        }
    }

    @Nested
    class Given_a_name_whose_addresses_change {

        @Test
        void the_address_that_was_checked_is_the_one_that_is_called() throws Exception {
            try (var listener = new Listener()) {
                var asked = new java.util.concurrent.atomic.AtomicInteger();
                var client = new OutboundClient(new PrivateHosts(java.util.Set.of()),
                        new PublicAddresses(names(() -> asked.incrementAndGet() == 1 ? "192.0.2.1" : "127.0.0.1")));
                var reply = client.send(post("https://rebind.example:" + listener.port()), Deadline.in(Duration.ofMillis(500)));
                assertThat(reply).isInstanceOf(NotSent.class);
                listener.assertUntouched();
            }
        }

        @Test
        void of_several_addresses_only_public_ones_remain() throws Exception {
            var several = new PublicAddresses(new Names(List.of("10.0.0.1", "8.8.8.8", "127.0.0.1")));
            assertThat(several.resolve("several.example", 443)).containsExactly(new InetSocketAddress(InetAddress.getByName("8.8.8.8"), 443));
        }

        private DnsResolver names(java.util.function.Supplier<String> address) {
            return new DnsResolver() {
                @Override
                public InetAddress[] resolve(String host) throws UnknownHostException {
                    return new InetAddress[] {InetAddress.getByName(address.get())};
                }

                @Override
                public String resolveCanonicalHostname(String host) {
                    return host;
                }
            };
        }
    }

    @Nested
    class Given_an_address {

        @ParameterizedTest
        @ValueSource(strings = {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
            "168.63.129.16", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
            "0.0.0.0", "127.255.255.254", "::", "::1", "::7f00:1", "::ffff:0:7f00:1", "::ffff:0:a00:1", "fc00::1", "fd00:ec2::254",
            "fe80::1", "ff02::1", "64:ff9b::a00:1", "2002:a00:1::", "2001::1", "2001:db8::1", "100::1"})
        void inside_or_special_it_is_forbidden(String address) throws Exception {
            assertThat(PublicAddresses.allows(InetAddress.getByName(address))).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.128.0.1", "168.63.129.17", "2606:4700::1111"})
        void public_it_is_allowed(String address) throws Exception {
            assertThat(PublicAddresses.allows(InetAddress.getByName(address))).isTrue();
        }
    }

    @Nested
    class Given_a_list_of_private_hosts {

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {"localhost", "localhost:http", "http://localhost:80", "a b:80", "host:99999"})
        void what_cannot_be_read_is_told_in_a_sentence(String list) {
            assertThatThrownBy(() -> OutboundClient.allowing(list)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("COUNTERSIGN_HTTP_ALLOW_PRIVATE").hasMessageContaining("host:port");
        }

        @Test
        void blanks_and_capitals_do_not_matter() {
            assertThat(PrivateHosts.parse(" LocalHost:80 ,, [::1]:443").hosts()).containsExactlyInAnyOrder("localhost:80", "[::1]:443");
        }
    }

    private record Names(List<String> addresses) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            var resolved = new InetAddress[addresses.size()];
            for (var n = 0; n < resolved.length; n++) {
                resolved[n] = InetAddress.getByName(addresses.get(n));
            }
            return resolved;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    /** Counts connections by itself: a backlog that nobody takes from would hide them. */
    private static final class Listener implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 50);

        Listener() throws java.io.IOException {
            socket.setSoTimeout(20);
        }

        int port() {
            return socket.getLocalPort();
        }

        void assertUntouched() {
            assertThatThrownBy(socket::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }

        @Override
        public void close() throws java.io.IOException {
            socket.close();
        }
    }
}
