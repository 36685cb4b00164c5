package io.countersign.command.testing;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** An action type with one parameter, {@code to}: an address that must be that of a person of the house. */
public record Letter(String name, ApprovalMode defaultMode) implements ActionType {

    /** Mail, which a person must allow. */
    public static Letter mail() {
        return new Letter("mail:send", ApprovalMode.MANUAL);
    }

    /** A note, which nobody minds. */
    public static Letter note() {
        return new Letter("note:add", ApprovalMode.AUTO);
    }

    /** A parcel, which leaves half a minute later. */
    public static Letter slow() {
        return new Letter("parcel:send", ApprovalMode.AUTO);
    }

    /** An errand, which somebody outside runs. */
    public static Letter errand() {
        return new Letter("errand:run", ApprovalMode.AUTO);
    }

    @Override
    public Execution execution() {
        return name.startsWith("errand") ? Execution.EXTERNAL : Execution.GATEWAY;
    }

    @Override
    public Duration delay() {
        return name.startsWith("parcel") ? Duration.ofSeconds(30) : Duration.ZERO;
    }

    @Override
    public String description() {
        return "Writes to somebody.";
    }

    @Override
    public String parametersSchema() {
        return """
            {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]}""";
    }

    @Override
    public String scope() {
        return "external";
    }

    @Override
    public boolean reversible() {
        return true;
    }

    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.IDEMPOTENT;
    }

    @Override
    public List<String> requiredCredentials() {
        return List.of();
    }

    @Override
    public Description describe(JsonNode params) {
        String to = params.path("to").asString();
        return new Description("Send mail to " + to, to);
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        String to = params.path("to").asString();
        return facts.isMember().test(to) ? Optional.empty()
                : Optional.of(new Block("recipient_not_allowed", to + " is not a person of this house."));
    }
}
