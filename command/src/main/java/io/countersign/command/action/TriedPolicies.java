package io.countersign.command.action;

import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.evaluation.api.Trial;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.principal.api.Principals;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Policies on a sample: the facts as of a real request, the windows of rates looked at and nothing taken. */
@Component
class TriedPolicies implements Trial {

    private final Inspection inspection;
    private final ActionTypes types;
    private final Policies policies;
    private final Principals principals;
    private final RuleCompiler compiler;
    private final Clock clock;

    TriedPolicies(Inspection inspection, ActionTypes types, Policies policies, Principals principals, RuleCompiler compiler, Clock clock) {
        this.inspection = inspection;
        this.types = types;
        this.policies = policies;
        this.principals = principals;
        this.compiler = compiler;
        this.clock = clock;
    }

    @Override
    public Findings of(String workspace, @Nullable String agentId, Sample sample, List<PolicyDefinition> drafts, boolean draftsOnly) {
        List<Policy> judges = new ArrayList<>(draftsOnly ? List.of() : policies.inForce(workspace, agentId));
        for (int i = 0; i < drafts.size(); i++) {
            judges.add(new Policy("draft-" + (i + 1), workspace, 0, drafts.get(i), false, false, null, null, null));
        }
        Instant now = clock.instant();
        Rulebook rulebook = compiler.compile(judges);
        Facts asked = facts(workspace, agentId, sample, now);
        Facts facts = new Inspection.Gathered(inspection.past(rulebook, new PastDecisions.Case(workspace, agentId == null ? "" : agentId,
                sample.action(), asked.text("action", "target")), now), Map.of()).over(asked);
        Rulebook.Rates counted = inspection.counted(workspace, facts, now);
        Map<String, String> standing = standing(workspace, drafts);
        return rulebook.judge(facts, now, (policyId, ruleId, rate, take) ->
                counted.ask(standing.getOrDefault(policyId, policyId), ruleId, rate, take), Set.of());
    }

    /** A draft that would take the place of a policy counts on from what was counted for that. */
    private Map<String, String> standing(String workspace, List<PolicyDefinition> drafts) {
        Map<String, String> standing = new HashMap<>();
        for (int i = 0; i < drafts.size(); i++) {
            PolicyDefinition draft = drafts.get(i);
            String id = "draft-" + (i + 1);
            policies.all(workspace).stream().filter(policy -> !policy.builtIn() && policy.name().equalsIgnoreCase(draft.name())
                    && Objects.equals(policy.definition().agentId(), draft.agentId())).findFirst().ifPresent(policy -> standing.put(id, policy.id()));
        }
        return standing;
    }

    /** What this agent means by the name; for a person, and for what an agent would be refused, the type of that name. */
    private Optional<ActionType> type(String workspace, @Nullable String agentId, String name) {
        return principals.byId(agentId == null ? "" : agentId).filter(agent -> agent.workspace().equals(workspace))
                .flatMap(agent -> types.offered(agent, name)).or(() -> types.byName(name));
    }

    /** As of a request through the catalogue: what an entry fixes counts too. */
    private Facts facts(String workspace, ActionType type, Sample sample, JsonNode params, Instant now) {
        boolean sound = types.faults(type, params).isEmpty();
        JsonNode effective = sound ? type.effective(params) : params;
        return Inspection.gathered(inspection.sources(), workspace, type, effective).over(Facts.request(type.name(), type.connector(),
                type.operation(), type.scope(), type.reversible(), sample.origin(), sound ? type.describe(effective).target() : "", false, effective,
                now).through(type.entry().map(Entry::name)));
    }

    private Facts facts(String workspace, @Nullable String agentId, Sample sample, Instant now) {
        String[] name = sample.action().split("[:.]", 2);
        JsonNode params = Submission.JSON.readTree(sample.params());
        Facts facts = type(workspace, agentId, sample.action())
                .map(type -> facts(workspace, type, sample, params, now))
                .orElseGet(() -> Facts.request(sample.action(), name[0], name.length > 1 ? name[1] : "", "external", false, sample.origin(), "",
                        false, params, now));
        Map<String, ?> agent = agentId == null ? Map.of("kind", "person") : principals.byId(agentId).map(Inspection::requester)
                .orElse(Map.of("id", agentId, "kind", "agent"));
        return facts.with("agent", agent);
    }
}
