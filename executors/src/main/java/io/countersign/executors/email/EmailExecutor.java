package io.countersign.executors.email;

import com.resend.services.emails.model.CreateEmailOptions;
import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Later;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.Masking;
import io.countersign.executors.email.Delivery.Accepted;
import io.countersign.executors.email.Delivery.Postponed;
import io.countersign.executors.email.Delivery.Refused;
import io.countersign.executors.email.Delivery.Unclear;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.OutboundClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends one mail to each recipient, one after the other, through Resend, or else through a mail server of the house. At Resend the n-th mail of
 * an action always carries the key {@code <action id>/<n>} and the same bytes, so that a repeated attempt never sends a second mail.
 */
final class EmailExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String RESEND = "https://api.resend.com";
    // Resend's own sender for accounts without a domain of their own.
    private static final String RESEND_SENDER = "Countersign <onboarding@resend.dev>";
    // Resend forgets keys after 24 hours.
    private static final Duration KEYS_LIVE = Duration.ofHours(23);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String name;
    private final OutboundClient client;
    private final Environment environment;
    private final Clock clock;

    EmailExecutor(String name, OutboundClient client, Environment environment, Clock clock) {
        this.name = name;
        this.client = client;
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    public String actionType() {
        return name;
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        var params = JSON.readTree(attempt.params());
        var recipients = Recipient.all(params.path("to"));
        if (recipients.isEmpty()) {
            return new Failed("invalid_params", "A recipient is not exactly one plain e-mail address.", null);
        }
        var repeated = attempt.attempt() > 1;
        var key = setting("RESEND_API_KEY", "");
        if (key.isEmpty()) {
            var server = SmtpMail.of(environment);
            return server.isPresent() ? send(attempt, params, recipients.get(), server.get(), Deadline.before(attempt, timeLeft))
                    : withoutKey(params, recipients.get(), repeated);
        }
        var age = Duration.between(Instant.ofEpochMilli(attempt.firstStartedAtEpochMillis()), clock.instant());
        if (repeated && age.compareTo(KEYS_LIVE) > 0) {
            return new Unknown("key_expired", "The first attempt is more than 23 hours old: sending again could send a second mail.");
        }
        var deadline = Deadline.before(attempt, timeLeft);
        var masking = Masking.of(List.of(key));
        var mails = ResendMail.at(setting("RESEND_BASE_URL", RESEND), key, client, deadline);
        var young = age.compareTo(PATIENCE) < 0;
        return send(attempt, params, recipients.get(), mails, new DeliveryAttempt(mails, deadline, masking, repeated, young));
    }

    /** Says "later" only while nothing has happened; once something may have, it waits here or leaves the rest to another attempt. */
    private ExecutionOutcome send(Attempt attempt, JsonNode params, List<Recipient> recipients, ResendMail mails, DeliveryAttempt deliveries)
            throws InterruptedException {
        var report = new Report(recipients, deliveries.masking());
        for (var n = 1; n <= recipients.size(); n++) {
            var body = mails.body(mail(params, recipients.get(n - 1)));
            var key = attempt.actionId() + "/" + n;
            var delivery = deliveries.deliver(body, key, deliveries.repeated());
            for (var doubt = deliveries.repeated(); delivery instanceof Postponed postponed;) {
                if (postponed.untouched() && report.isUntouched()) {
                    return new Later(postponed.after(), postponed.why());
                }
                if (!deliveries.deadline().pause(postponed.after())) {
                    throw new DeliveryUnsettled(postponed.why());
                }
                doubt |= !postponed.untouched();
                delivery = deliveries.deliver(body, key, doubt);
            }
            report.add(delivery);
            notTried(delivery, deliveries.repeated()).ifPresent(report::fillUp);
            if (report.isComplete()) {
                break;
            }
        }
        return report.outcome();
    }

    /** A mail server keeps no keys: what an earlier attempt may have sent is for a person to find out. */
    private ExecutionOutcome send(Attempt attempt, JsonNode params, List<Recipient> recipients, SmtpMail server, Deadline deadline) {
        if (attempt.attempt() > 1) {
            return new Unknown("not_repeatable", "An earlier attempt may have sent the mail, and a mail server cannot be asked.");
        }
        var report = new Report(recipients, Masking.of(List.of(server.password())));
        for (var n = 1; !report.isComplete(); n++) {
            var delivery = Thread.currentThread().isInterrupted() || deadline.passed()
                    ? new Refused("timeout", "Not tried: the time was up.", true)
                    : server.send(new SmtpMail.Letter(attempt.actionId() + "/" + n, sender(), recipients.get(n - 1).address(),
                            params.path("subject").asString(), params.path("body").asString(), clock.instant()), client, deadline);
            report.add(delivery);
            notTried(delivery, false).ifPresent(report::fillUp);
        }
        return report.outcome();
    }

    /** What the remaining recipients get when there is no point or no time in going on. */
    private static Optional<Delivery> notTried(Delivery last, boolean repeated) {
        return switch (last) {
            case Refused it when it.last() -> Optional.of(notTried(it.errorClass(), it.error(), repeated));
            case Unclear it when it.last() -> Optional.of(notTried(it.errorClass(), it.error(), repeated));
            default -> Optional.empty();
        };
    }

    private static Delivery notTried(String errorClass, String error, boolean repeated) {
        return repeated
                ? new Unclear(errorClass, "Not tried again: " + error, true)
                : new Refused(errorClass, "Not tried: " + error, true);
    }

    private CreateEmailOptions mail(JsonNode params, Recipient recipient) {
        return CreateEmailOptions.builder()
                .from(sender())
                .to(recipient.address())
                .subject(params.path("subject").asString())
                .html(params.path("body").asString())
                .build();
    }

    private ExecutionOutcome withoutKey(JsonNode params, List<Recipient> recipients, boolean repeated) {
        if (environment.getProperty("countersign.demo", Boolean.class, false)) {
            var rendered = JSON.createObjectNode().put("captured", true).put("from", sender());
            var to = rendered.putArray("to");
            recipients.forEach(recipient -> to.add(recipient.address()));
            rendered.put("subject", params.path("subject").asString()).put("html", params.path("body").asString());
            return new Succeeded(Masking.of(List.of()).output(rendered), null, true, false);
        }
        var error = "RESEND_API_KEY is not set.";
        return repeated
                ? new Unknown("secret_missing", error + " An earlier attempt may have sent the mail.")
                : new Failed("secret_missing", error, null);
    }

    private String sender() {
        return setting("COUNTERSIGN_EMAIL_FROM", setting("ATLAS_EMAIL_FROM", RESEND_SENDER));
    }

    private String setting(String name, String otherwise) {
        var value = environment.getProperty(name, "").strip();
        return value.isEmpty() ? otherwise : value;
    }

    /** What became of each recipient, in order. */
    private static final class Report {

        private final List<Recipient> recipients;
        private final Masking masking;
        private final List<Delivery> deliveries = new ArrayList<>();

        Report(List<Recipient> recipients, Masking masking) {
            this.recipients = recipients;
            this.masking = masking;
        }

        void add(Delivery delivery) {
            deliveries.add(delivery);
        }

        /** The rest was not tried. */
        void fillUp(Delivery delivery) {
            while (!isComplete()) {
                add(delivery);
            }
        }

        /** No mail has gone out, as far as is known for certain. */
        boolean isUntouched() {
            return deliveries.stream().allMatch(Refused.class::isInstance);
        }

        boolean isComplete() {
            return deliveries.size() == recipients.size();
        }

        ExecutionOutcome outcome() {
            var accepted = deliveries.stream().filter(Accepted.class::isInstance).count();
            var unclear = deliveries.stream().filter(Unclear.class::isInstance).map(Unclear.class::cast).toList();
            if (!unclear.isEmpty()) {
                return new Unknown(unclear.getFirst().errorClass(), masking.sentence(nobodyKnows(accepted, unclear.getFirst())));
            }
            if (accepted > 0) {
                return new Succeeded(masking.output(output()), null, false, accepted < deliveries.size());
            }
            var first = (Refused) deliveries.getFirst();
            return first.errorClass().equals("timeout")
                    ? new TimedOut(first.error())
                    : new Failed(first.errorClass(), masking.sentence(first.error()), masking.output(output()));
        }

        private String nobodyKnows(long accepted, Unclear first) {
            var addresses = new ArrayList<String>();
            for (var n = 0; n < deliveries.size(); n++) {
                if (deliveries.get(n) instanceof Unclear) {
                    addresses.add(recipients.get(n).address());
                }
            }
            return accepted + " of " + recipients.size() + " mails were accepted; nobody knows about " + String.join(", ", addresses) + ". "
                    + first.error();
        }

        private ObjectNode output() {
            var output = JSON.createObjectNode();
            var rows = output.putArray("recipients");
            for (var n = 0; n < deliveries.size(); n++) {
                var row = rows.addObject().put("to", recipients.get(n).address());
                switch (deliveries.get(n)) {
                    case Accepted it -> row.put("status", "accepted").put("id", it.id()).putNull("error");
                    case Refused it -> row.put("status", "failed").putNull("id").put("error", it.error());
                    case Unclear it -> row.put("status", "unknown").putNull("id").put("error", it.error());
                    case Postponed it -> row.put("status", "unknown").putNull("id").put("error", it.why());
                }
            }
            return output;
        }
    }
}
