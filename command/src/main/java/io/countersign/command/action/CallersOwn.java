package io.countersign.command.action;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What the catalogue does not know: judged here, done by whoever asked. */
record CallersOwn(String name) implements ActionType {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,64}:[a-z0-9_.:/-]{1,128}");

    /** @throws Refused when the name has no connector and operation */
    CallersOwn {
        if (!NAME.matcher(name).matches()) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "An action is called connector:operation, in small letters, digits, _ and -.",
                    Map.of("details", List.of(new ParameterFault("action", "must read connector:operation"))));
        }
    }

    @Override
    public String description() {
        return "Not in the catalogue; the caller does it.";
    }

    @Override
    public String parametersSchema() {
        return "{\"type\":\"object\"}";
    }

    /** Policies decide alone, unless the settings say more. */
    @Override
    public ApprovalMode defaultMode() {
        return ApprovalMode.AUTO;
    }

    @Override
    public String scope() {
        return "external";
    }

    @Override
    public boolean reversible() {
        return false;
    }

    @Override
    public ExecutionClass executionClass() {
        return ExecutionClass.ONCE;
    }

    @Override
    public Execution execution() {
        return Execution.CALLER;
    }

    @Override
    public List<String> requiredCredentials() {
        return List.of();
    }

    @Override
    public Description describe(JsonNode params) {
        return new Description("Let the caller do " + operation() + " in " + connector(), connector());
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        return Optional.empty();
    }
}
