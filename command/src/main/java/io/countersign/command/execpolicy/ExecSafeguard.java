package io.countersign.command.execpolicy;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.execpolicy.api.ExecPolicies;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Whether a program may run at all; asked again before it starts. */
@Component
@Order(Safeguard.EXEC_POLICY)
class ExecSafeguard implements Safeguard {

    private final ActionTypes types;
    private final ExecPolicies policies;
    private final Programs programs;

    ExecSafeguard(ActionTypes types, ExecPolicies policies, Programs programs) {
        this.types = types;
        this.policies = policies;
        this.programs = programs;
    }

    @Override
    public String step() {
        return "exec-policy";
    }

    @Override
    public List<Opinion> examine(Asked asked, JsonNode params) {
        List<String> line = types.byName(asked.actionType()).map(type -> type.commandLine(params)).orElse(List.of());
        if (line.isEmpty()) {
            return List.of(new Opinion.Pass("runs no program"));
        }
        String cwd = params.path("cwd").isString() ? params.path("cwd").stringValue() : null;
        return new ExecRules(policies.of(asked.workspace()), programs).examine(line, cwd);
    }

    @Override
    public List<Opinion> examineAgain(Asked asked, JsonNode params) {
        return examine(asked, params);
    }
}
