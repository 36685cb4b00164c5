package io.countersign.executors.email;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** {@code email:send} under the name that older catalogues use. */
@Component
class SendEmail implements ActionType {

    static final String NAME = "send_email";

    private final EmailSend type;

    SendEmail(EmailSend type) {
        this.type = type;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String connector() {
        return type.connector();
    }

    @Override
    public String operation() {
        return type.operation();
    }

    @Override
    public boolean needsEntry() {
        return true;
    }

    @Override
    public String description() {
        return type.description();
    }

    @Override
    public String parametersSchema() {
        return type.parametersSchema();
    }

    @Override
    public ApprovalMode defaultMode() {
        return type.defaultMode();
    }

    @Override
    public String scope() {
        return type.scope();
    }

    @Override
    public boolean reversible() {
        return type.reversible();
    }

    @Override
    public ExecutionClass executionClass() {
        return type.executionClass();
    }

    @Override
    public List<String> requiredCredentials() {
        return type.requiredCredentials();
    }

    @Override
    public Description describe(JsonNode params) {
        return type.describe(params);
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        return type.gate(params, facts);
    }
}
