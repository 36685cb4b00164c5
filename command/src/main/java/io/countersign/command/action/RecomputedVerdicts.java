package io.countersign.command.action;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.Recomputation;
import io.countersign.command.action.api.Verdict.Reuse;
import io.countersign.command.action.api.Verdict.StandingApproval;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.PolicyVersion;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.evaluation.Evaluation;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.evaluation.api.RateKeeper.Answer;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.EventReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads stored verdicts with their inputs, lets the same versions of the same policies judge, and compares. */
@Component
class RecomputedVerdicts implements Recomputation {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BATCH = 500;
    private static final int MOST_DIFFERENCES = 100;
    private static final String NEXT = """
            select aggregate_identifier from command.domain_event_entry
            where type = 'Action' and sequence_number = 0 and aggregate_identifier > ? order by aggregate_identifier limit ?""";

    private final JdbcClient jdbc;
    private final EventReader events;
    private final Keyring keyring;
    private final Policies policies;
    private final RuleCompiler compiler;
    private final ActionTypes types;

    RecomputedVerdicts(JdbcClient jdbc, EventReader events, Keyring keyring, Policies policies, RuleCompiler compiler, ActionTypes types) {
        this.jdbc = jdbc;
        this.events = events;
        this.keyring = keyring;
        this.policies = policies;
        this.compiler = compiler;
        this.types = types;
    }

    @Override
    public Report recompute(String workspace, @Nullable String after, int most) {
        Run run = new Run(workspace);
        String last = after == null ? "" : after;
        int left = most;
        while (left > 0) {
            List<String> ids = jdbc.sql(NEXT).param(last).param(Math.min(BATCH, left)).query(String.class).list();
            if (ids.isEmpty()) {
                return run.report(null);
            }
            Map<String, List<EventReader.Stored>> streams = events.read(ids, Long.MAX_VALUE);
            ids.forEach(id -> run.look(streams.getOrDefault(id, List.of())));
            last = ids.getLast();
            left -= ids.size();
        }
        return run.report(last);
    }

    /** One going-over, which reads the versions of each policy once. */
    private final class Run {

        private final String workspace;
        private final Map<String, List<Policy>> versions = new HashMap<>();
        private final List<Difference> differences = new ArrayList<>();
        private int computed;
        private int erased;

        Run(String workspace) {
            this.workspace = workspace;
        }

        Report report(@Nullable String next) {
            return new Report(computed, erased, List.copyOf(differences), next);
        }

        void look(List<EventReader.Stored> stream) {
            if (stream.isEmpty() || !(stream.getFirst().payload() instanceof ActionRequested asked) || !asked.workspace().equals(workspace)) {
                return;
            }
            for (EventReader.Stored event : stream) {
                Verdict verdict = verdict(event.payload());
                if (verdict != null && verdict.inputs() != null) {
                    look(asked, verdict, verdict.inputs());
                }
            }
        }

        private void look(ActionRequested asked, Verdict stored, Verdict.Inputs inputs) {
            Optional<ActionContent.Request> request = keyring.open(asked.content(), Action.REQUESTED, ActionContent.Request.class);
            Optional<ActionContent.Judgement> words = keyring.open(inputs.words(), Action.VERDICT, ActionContent.Judgement.class);
            if (request.isEmpty() || words.isEmpty()) {
                erased++;
                return;
            }
            computed++;
            Facts facts = facts(asked, request.get(), words.get(), inputs);
            if (!inputs.factsDigest().equals(Digests.salted(request.get().salt(), JSON.writeValueAsString(facts.namespaces())))) {
                differ(asked, "the facts are not those that were judged");
                return;
            }
            List<Policy> judges = inputs.policies().stream().map(this::version).filter(Objects::nonNull).toList();
            if (judges.size() != inputs.policies().size()) {
                differ(asked, "a version of a policy is not known here");
                return;
            }
            Findings again = compiler.compile(judges).judge(facts, inputs.at(), (policyId, ruleId, rate, take) -> Answer.valueOf(
                    inputs.rates().getOrDefault(policyId + "/" + ruleId, "unknown").toUpperCase(Locale.ROOT)), Set.copyOf(inputs.interrupted()));
            Evaluation evaluation = new Evaluation().policies(again);
            if (stored.standing() != null && !approved(stored.standing(), again, evaluation)) {
                differ(asked, "no standing approval holds that could have stood in");
                return;
            }
            if (stored.reuse() != null && !approvedBefore(stored.reuse(), evaluation)) {
                differ(asked, "a rule asks whose approvals do not serve again");
                return;
            }
            compare(asked, stored, evaluation.stored(0, inputs));
        }

        /** Whether the rule that stood in for a person holds, was written by whom the verdict names, and answers all that rules ask. */
        private boolean approved(StandingApproval named, Findings again, Evaluation evaluation) {
            Optional<Hit> holds = again.approvals().stream().filter(hit -> hit.policyId().equals(named.policyId())
                    && hit.ruleId().equals(named.ruleId()) && hit.version() == named.version() && named.authorId().equals(hit.authorId())
                    && named.expiresAt().equals(hit.expiresAt())).findFirst();
            if (holds.isEmpty() || evaluation.isBlocked() || evaluation.unanswerable().isPresent()) {
                return false;
            }
            evaluation.approved(named, holds.get().rule());
            return true;
        }

        private boolean approvedBefore(Reuse named, Evaluation evaluation) {
            boolean covers = !evaluation.isBlocked() && evaluation.isReusable();
            if (covers) {
                evaluation.approvedBefore(named);
            }
            return covers;
        }

        private void compare(ActionRequested asked, Verdict stored, Verdict again) {
            if (!ofPolicies(stored.violations()).equals(again.violations()) || !ofPolicies(stored.warnings()).equals(again.warnings())) {
                differ(asked, "other rules hold");
            } else if (!Objects.equals(stored.shadow(), again.shadow())) {
                differ(asked, "other rules that only watch hold");
            } else if (!stored.policiesEvaluated().equals(again.policiesEvaluated())) {
                differ(asked, "other policies were asked");
            } else if (!Objects.equals(stored.standing(), again.standing()) || stored.outcome().compareTo(again.outcome()) < 0) {
                differ(asked, "the outcome was milder than the policies are");
            }
        }

        private void differ(ActionRequested asked, String what) {
            if (differences.size() < MOST_DIFFERENCES) {
                differences.add(new Difference(asked.actionId(), what));
            }
        }

        private @Nullable Policy version(PolicyVersion wanted) {
            return versions.computeIfAbsent(wanted.policyId(), id -> policies.versions(workspace, id)).stream()
                    .filter(policy -> policy.version() == wanted.version()).findFirst().orElse(null);
        }
    }

    private static List<Finding> ofPolicies(List<Finding> findings) {
        return findings.stream().filter(finding -> finding.policy() != null).toList();
    }

    private static @Nullable Verdict verdict(Object event) {
        return switch (event) {
            case ActionAutoApproved e -> e.verdict();
            case ActionApprovalRequired e -> e.verdict();
            case ActionDelayed e -> e.verdict();
            case ActionBlocked e -> e.verdict();
            default -> null;
        };
    }

    private Facts facts(ActionRequested asked, ActionContent.Request request, ActionContent.Judgement words, Verdict.Inputs inputs) {
        JsonNode sent = Submission.JSON.readTree(request.params());
        // What was judged includes what the entry of then had fixed.
        JsonNode params = types.asAsked(asked.workspace(), asked.actionType(), asked.terms()).map(type -> type.effective(sent)).orElse(sent);
        Facts facts = Facts.request(asked.actionType(), asked.connector(), asked.operation(), asked.terms().scope(),
                asked.terms().reversible(), asked.origin(), request.target(), asked.forceApproval(),
                params, inputs.at()).through(asked.terms().entry());
        JsonNode gathered = JSON.readTree(words.facts());
        for (Map.Entry<String, JsonNode> namespace : gathered.properties()) {
            facts = facts.with(namespace.getKey(), (Map<?, ?>) Objects.requireNonNull(Facts.of(namespace.getValue())));
        }
        return facts;
    }
}
