package io.countersign.executors.email;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.outbound.OutboundClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SmtpMailTests {

    private static final String PARAMS = "{\"to\":[\"ann@example.com\",\"bob@example.com\"],\"subject\":\"Gr\u00fc\u00dfe\",\"body\":\"<p>Hi \u20ac</p>\"}";

    private final Map<String, Object> settings = new HashMap<>();
    private GreenMail server;
    private OutboundClient client;

    @BeforeEach
    void open() {
        server = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
        server.start();
        server.setUser("mailer", "mailer", "smtp-pass-1");
        place(server.getSmtp().getPort());
        settings.put("countersign.smtp-user", "mailer");
        settings.put("countersign.smtp-password", "smtp-pass-1");
        settings.put("countersign.smtp-starttls", "false");
        settings.put("COUNTERSIGN_EMAIL_FROM", "Desk <desk@example.com>");
    }

    private void place(int port) {
        settings.put("countersign.smtp-host", "127.0.0.1");
        settings.put("countersign.smtp-port", String.valueOf(port));
        client = OutboundClient.allowing("127.0.0.1:" + port);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.stop();
    }

    private ExecutionOutcome send(int attempt) throws InterruptedException {
        var executor = new EmailExecutor(EmailSend.NAME, client, Attempts.settings(settings), Clock.fixed(Attempts.NOON, ZoneOffset.UTC));
        return executor.execute(attempt == 1 ? Attempts.first("email:send", PARAMS) : Attempts.second("email:send", PARAMS), Duration.ofSeconds(10));
    }

    private String failure() throws InterruptedException {
        ExecutionOutcome outcome = send(1);
        assertThat(outcome).as("%s", outcome).isInstanceOf(Failed.class);
        return ((Failed) outcome).errorClass();
    }

    @Nested
    class Given_a_mail_server_of_the_house {

        @Test
        void each_recipient_gets_a_mail_of_its_own() throws Exception {
            ExecutionOutcome outcome = send(1);
            assertThat(outcome).as("%s", outcome).isInstanceOf(Succeeded.class);
            var mails = server.getReceivedMessages();
            assertThat(mails).hasSize(2);
            assertThat(mails[0].getSubject()).isEqualTo("Gr\u00fc\u00dfe");
            assertThat(mails[0].getAllRecipients()).extracting(Object::toString).containsExactly("ann@example.com");
            assertThat(mails[0].getFrom()[0]).hasToString("Desk <desk@example.com>");
            assertThat(mails[0].getContentType()).startsWith("text/html");
            assertThat(mails[0].getContent().toString().strip()).isEqualTo("<p>Hi \u20ac</p>");
            assertThat(mails[0].getMessageID()).isEqualTo("<a-1.1@countersign.invalid>");
        }

        @Test
        void a_mail_that_may_have_gone_out_is_never_sent_again() throws Exception {
            assertThat(send(2)).isInstanceOf(Unknown.class);
            assertThat(server.getReceivedMessages()).isEmpty();
            assertThat(new EmailSend(EmailSend.NAME, Attempts.settings(settings)).executionClass()).isEqualTo(ExecutionClass.ONCE);
            settings.put("RESEND_API_KEY", "re_1234567890123");
            assertThat(new EmailSend(EmailSend.NAME, Attempts.settings(settings)).executionClass()).isEqualTo(ExecutionClass.IDEMPOTENT);
        }
    }

    @Nested
    class Given_it_cannot_be_sent {

        @Test
        void a_wrong_password_is_said_without_it() throws Exception {
            settings.put("countersign.smtp-password", "wrong-pass-1");
            assertThat(failure()).isEqualTo("smtp_credentials");
            assertThat(server.getReceivedMessages()).isEmpty();
        }

        @Test
        void without_encryption_only_a_host_that_is_named_is_spoken_to() throws Exception {
            client.close();
            client = OutboundClient.allowing("");
            assertThat(failure()).isEqualTo("not_encrypted");
        }

        @Test
        void an_address_inside_the_house_that_is_not_named_is_not_connected_to() throws Exception {
            client.close();
            client = OutboundClient.allowing("");
            settings.put("countersign.smtp-starttls", "true");
            try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                settings.put("countersign.smtp-port", String.valueOf(listener.getLocalPort()));
                listener.setSoTimeout(200);
                assertThat(failure()).isEqualTo("not_reached");
                org.assertj.core.api.Assertions.assertThatThrownBy(listener::accept).isInstanceOf(java.net.SocketTimeoutException.class);
            }
        }

        @Test
        void a_server_without_encryption_gets_nothing_when_it_is_required() throws Exception {
            settings.put("countersign.smtp-starttls", "true");
            assertThat(failure()).isEqualTo("not_reached");
            assertThat(server.getReceivedMessages()).isEmpty();
        }

        @Test
        void one_that_breaks_off_after_the_text_leaves_it_open() throws Exception {
            settings.remove("countersign.smtp-user");
            try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                client.close();
                place(listener.getLocalPort());
                Thread.ofVirtual().start(() -> breakOff(listener));
                assertThat(send(1)).isInstanceOf(Unknown.class);
            }
        }

        private static void breakOff(ServerSocket listener) {
            try (Socket socket = listener.accept()) {
                var in = new java.io.BufferedReader(new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                var out = socket.getOutputStream();
                out.write("220 here\r\n".getBytes(StandardCharsets.US_ASCII));
                for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
                    String answer = line.startsWith("DATA") ? "354 go\r\n" : line.matches("(EHLO|HELO|MAIL|RCPT).*") ? "250 ok\r\n" : "";
                    out.write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException closed) {
                // the test has ended
            }
        }
    }
}
