package io.countersign.executors.email;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.Masking;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

/** Sends a mail to each recipient. Nothing takes a mail back, so an admin decides unless settings say otherwise. */
record EmailSend(String name, Environment environment) implements ActionType {

    static final String NAME = "email:send";

    /** As older catalogues call it. */
    static final String OLDER = "send_email";

    private static final Masking SHORT = Masking.of(List.of());

    private static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "to": {
                  "description": "One address, or a list of 1 to 50",
                  "anyOf": [
                    {"type": "string", "minLength": 3, "maxLength": 500},
                    {
                      "type": "array",
                      "minItems": 1,
                      "maxItems": 50,
                      "items": {"type": "string", "minLength": 3, "maxLength": 500}
                    }
                  ]
                },
                "subject": {"type": "string", "minLength": 1, "maxLength": 500},
                "body": {"description": "HTML", "type": "string", "minLength": 1}
              },
              "required": ["to", "subject", "body"],
              "additionalProperties": false
            }
            """;

    @Override
    public boolean needsEntry() {
        return name.equals(OLDER);
    }

    @Override
    public String connector() {
        return "email";
    }

    @Override
    public String operation() {
        return "send";
    }

    @Override
    public String description() {
        return "Send an e-mail, one to each recipient.";
    }

    @Override
    public String parametersSchema() {
        return SCHEMA;
    }

    @Override
    public ApprovalMode defaultMode() {
        return ApprovalMode.ADMIN_ONLY;
    }

    @Override
    public String scope() {
        return "external";
    }

    @Override
    public ExecutionClass executionClass() {
        return isBySmtp() ? ExecutionClass.ONCE : ExecutionClass.IDEMPOTENT;
    }

    @Override
    public List<String> requiredCredentials() {
        return isBySmtp() ? List.of() : List.of("RESEND_API_KEY");
    }

    private boolean isBySmtp() {
        return environment.getProperty("RESEND_API_KEY", "").isBlank() && SmtpMail.of(environment).isPresent();
    }

    @Override
    public Description describe(JsonNode params) {
        var entries = Recipient.entries(params.path("to"));
        return Recipient.all(params.path("to"))
                .map(EmailSend::describe)
                .orElseGet(() -> new Description(
                        "Send e-mail to " + (entries.size() == 1 ? "an address" : entries.size() + " addresses, one") + " that cannot be read",
                        SHORT.excerpt(String.join(", ", entries), 500)));
    }

    private static Description describe(List<Recipient> recipients) {
        var target = SHORT.excerpt(String.join(", ", recipients.stream().map(Recipient::address).toList()), 500);
        var domains = recipients.stream().map(Recipient::domain).distinct().toList();
        if (recipients.size() == 1) {
            return new Description(SHORT.excerpt("Send e-mail to " + recipients.getFirst().address(), 300), target);
        }
        var where = domains.size() == 1 ? domains.getFirst() : domains.size() + " domains";
        return new Description("Send e-mail to " + recipients.size() + " recipients at " + where, target);
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        if (MailText.isDeceptive(params.path("subject").asString(""))) {
            return Optional.of(new Block("header_injection", "The subject holds a line break, a control character or an encoded word."));
        }
        var domains = AllowedDomains.of(facts.settings(), environment);
        for (var entry : Recipient.entries(params.path("to"))) {
            var recipient = Recipient.parse(entry);
            if (recipient.isEmpty()) {
                return refused(entry, "is not exactly one plain e-mail address");
            }
            var address = recipient.get().address();
            if (!domains.contains(recipient.get().domain()) && !facts.isMember().test(address.toLowerCase(Locale.ROOT))) {
                return refused(address, "is neither a member of this workspace nor at an allowed domain");
            }
        }
        return Optional.empty();
    }

    private static Optional<Block> refused(String entry, String why) {
        return Optional.of(new Block("recipient_not_allowed", "The recipient \"" + SHORT.excerpt(entry, 200) + "\" " + why + "."));
    }
}
