package io.countersign.command.execpolicy;

import io.countersign.command.action.api.Safeguard.Opinion;
import io.countersign.command.execpolicy.api.Clearance;
import io.countersign.command.execpolicy.api.ExecPolicies;
import io.countersign.command.execpolicy.api.ExecPolicy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The policy once more. What asks for a person has been before one by now; what blocks still does. */
@Component
class ProgramClearance implements Clearance {

    private final ExecPolicies policies;
    private final Programs programs;

    ProgramClearance(ExecPolicies policies, Programs programs) {
        this.policies = policies;
        this.programs = programs;
    }

    @Override
    public Answer of(String workspace, List<String> line, @Nullable String cwd) {
        ExecPolicy policy = policies.of(workspace);
        Optional<Opinion.Block> block = new ExecRules(policy, programs).examine(line, cwd).stream().filter(Opinion.Block.class::isInstance)
                .map(Opinion.Block.class::cast).findFirst();
        if (block.isPresent()) {
            return new Answer("", block.get().code(), block.get().reason(), policy.defaultTimeoutSeconds());
        }
        return programs.follow(line.getFirst(), cwd).map(steps -> new Answer(steps.getLast(), "", "", policy.defaultTimeoutSeconds()))
                .orElse(new Answer("", "program_not_found", "There is no such program on this machine.", policy.defaultTimeoutSeconds()));
    }
}
