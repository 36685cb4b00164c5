package io.countersign.executors.email;

import io.countersign.executors.email.Delivery.Accepted;
import io.countersign.executors.email.Delivery.Refused;
import io.countersign.executors.email.Delivery.Unclear;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.OutboundClient;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.springframework.core.env.Environment;

/**
 * A mail server of the house. It keeps no keys, so a mail that may have been taken is never sent again; each carries an id of its own, by which
 * a receiver can tell a second one.
 *
 * @param encrypted whether the connection must be encrypted before anything is said; only a private host can do without
 */
record SmtpMail(String host, int port, String username, String password, boolean encrypted) {

    /** The one that the settings name; empty when they name none. */
    static Optional<SmtpMail> of(Environment settings) {
        String host = settings.getProperty("countersign.smtp-host", "").strip();
        return host.isEmpty() ? Optional.empty() : Optional.of(new SmtpMail(host, settings.getProperty("countersign.smtp-port", Integer.class, 587),
                settings.getProperty("countersign.smtp-user", ""), settings.getProperty("countersign.smtp-password", ""),
                settings.getProperty("countersign.smtp-starttls", Boolean.class, true)));
    }

    /** A mail as it is to be sent. */
    record Letter(String id, String from, String to, String subject, String html, Instant at) {}

    /** Sends one, and says what became of it. Never throws. */
    Delivery send(Letter letter, OutboundClient client, Deadline deadline) {
        if (!encrypted && !client.isInside(host, port)) {
            return new Refused("not_encrypted", "Without STARTTLS mail goes to a host inside the house only; name it in COUNTERSIGN_HTTP_ALLOW_PRIVATE.", true);
        }
        boolean sending = false;
        Session session = Session.getInstance(properties(client, deadline));
        try (Transport transport = session.getTransport("smtp")) {
            MimeMessage message = message(session, letter);
            transport.connect(host, port, username.isEmpty() ? null : username, username.isEmpty() ? null : password);
            sending = true;
            transport.sendMessage(message, message.getAllRecipients());
            return new Accepted(letter.id());
        } catch (AuthenticationFailedException refused) {
            return new Refused("smtp_credentials", host + " does not accept the user name and password.", true);
        } catch (SMTPSendFailedException failed) {
            return failed.getReturnCode() < 0 ? new Unclear("no_answer", host + " broke off before it said whether it took the mail.", false)
                    : new Refused("smtp_" + failed.getReturnCode(), host + " did not take the mail: " + failed.getMessage(), false);
        } catch (SendFailedException refused) {
            return new Refused("smtp_refused", host + " did not take the mail: " + refused.getMessage(), false);
        } catch (MessagingException broken) {
            return sending ? new Unclear("no_answer", host + " broke off before it said whether it took the mail.", false)
                    : new Refused("not_reached", host + " could not be reached in the way the settings say.", true);
        }
    }

    private Properties properties(OutboundClient client, Deadline deadline) {
        String patience = String.valueOf(Math.max(1, Math.min(30_000, deadline.left().toMillis())));
        Properties properties = new Properties();
        properties.put("mail.smtp.socketFactory", client.sockets());
        properties.put("mail.smtp.socketFactory.fallback", "false");
        properties.put("mail.smtp.connectiontimeout", "3000");
        properties.put("mail.smtp.timeout", patience);
        properties.put("mail.smtp.writetimeout", patience);
        properties.put("mail.smtp.starttls.enable", String.valueOf(encrypted));
        properties.put("mail.smtp.starttls.required", String.valueOf(encrypted));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.auth", String.valueOf(!username.isEmpty()));
        return properties;
    }

    private static MimeMessage message(Session session, Letter letter) throws MessagingException {
        String id = "<" + letter.id().replace('/', '.').toLowerCase(Locale.ROOT) + "@countersign.invalid>";
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", id);
            }
        };
        message.setFrom(new InternetAddress(letter.from()));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.to(), true));
        message.setSubject(letter.subject(), StandardCharsets.UTF_8.name());
        message.setContent(letter.html(), "text/html; charset=utf-8");
        message.setSentDate(Date.from(letter.at()));
        return message;
    }

    @Override
    public String toString() {
        return "SmtpMail[" + host + ":" + port + "]";
    }
}
