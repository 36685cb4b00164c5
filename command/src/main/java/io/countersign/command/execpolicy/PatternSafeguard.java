package io.countersign.command.execpolicy;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.execpolicy.api.ExecPolicies;
import io.countersign.command.execpolicy.api.ExecPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Command lines and action names that ask for a person by their words. */
@Component
@Order(Safeguard.PATTERNS)
class PatternSafeguard implements Safeguard {

    private final ActionTypes types;
    private final ExecPolicies policies;

    PatternSafeguard(ActionTypes types, ExecPolicies policies) {
        this.types = types;
        this.policies = policies;
    }

    @Override
    public String step() {
        return "approval-patterns";
    }

    @Override
    public List<Opinion> examine(Asked asked, JsonNode params) {
        ExecPolicy policy = policies.of(asked.workspace());
        if (!policy.approvalsEnabled()) {
            return List.of(new Opinion.Pass("approvals are switched off"));
        }
        List<String> texts = texts(asked.actionType(), params);
        Optional.ofNullable(asked.entry()).ifPresent(texts::add);
        Optional<String> found = policy.approvalRequiredPatterns().stream()
                .filter(pattern -> texts.stream().anyMatch(text -> WordPattern.matches(pattern, text))).findFirst();
        return List.of(found.<Opinion>map(pattern -> new Opinion.Ask("pattern:" + pattern, "The pattern " + pattern + " asks for a person."))
                .orElse(new Opinion.Pass("no pattern matches")));
    }

    /** The name of the type, and a command line as it was given, and as if its program had been called by its bare name. */
    private List<String> texts(String name, JsonNode params) {
        List<String> texts = new ArrayList<>(List.of(name));
        List<String> line = types.byName(name).map((ActionType type) -> type.commandLine(params)).orElse(List.of());
        if (!line.isEmpty()) {
            String rest = String.join(" ", line.subList(1, line.size()));
            texts.add(normal(line.getFirst() + " " + rest));
            texts.add(normal(line.getFirst().substring(line.getFirst().lastIndexOf('/') + 1) + " " + rest));
        }
        return texts;
    }

    private static String normal(String line) {
        return line.strip().replaceAll("\\s+", " ");
    }
}
