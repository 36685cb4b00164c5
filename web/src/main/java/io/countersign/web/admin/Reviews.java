package io.countersign.web.admin;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.action.api.Verdict.PolicyVersion;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.Rule;
import io.countersign.command.principal.api.Role;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.web.security.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Puts one action together for one reader. */
@Component
class Reviews {

    private final Actions actions;
    private final Previews previews;
    private final Policies policies;

    Reviews(Actions actions, Previews previews, Policies policies) {
        this.actions = actions;
        this.previews = previews;
        this.policies = policies;
    }

    /** Empty when there is no such action for this reader. */
    Optional<Review> of(String id, Caller caller, Words words) {
        return actions.byId(caller.toReader(), id).map(row -> of(row, caller, words));
    }

    /** May this reader say yes or no to it now? */
    static boolean mayDecide(ActionRow row, Caller caller) {
        return row.status().isDecidable() && hindrance(row, caller) == null;
    }

    private Review of(ActionRow row, Caller caller, Words words) {
        var status = row.status();
        var analyst = caller.atLeast(Role.ANALYST);
        var hindrance = status.isDecidable() ? hindrance(row, caller) : null;
        var result = previews.tree(row.result());
        return new Review(row, previews.of(row), Step.of(actions.timeline(caller.toReader(), row.id()), words, previews), words.named(because(row), row),
                needs(row), undo(row), status.isDecidable() && hindrance == null, status == ActionStatus.SCHEDULED && row.votes().isEmpty() && hindrance(row, caller) == null,
                hindrance, approve(row),
                status.isCancellable() && (caller.principalId().equals(row.requestedBy()) || caller.atLeast(Role.ADMIN)),
                status.isUndoable() && row.rollbackMethod() != null && analyst, status == ActionStatus.OUTCOME_UNKNOWN && analyst,
                row.terms().executionClass() != ExecutionClass.ONCE, caller.atLeast(Role.ADMIN) && LikeThis.mayStandFor(row), grounds(row),
                grounds(row, row.verdict().shadow(), true), nothing(row), before(row, caller), outcomes(row, result),
                text(result, "url"), text(result, "key"), previews.pretty(row.payload()),
                row.context() == null ? null : previews.pretty(row.context()), row.result() == null ? null : previews.pretty(row.result()),
                VisibleText.hiddenIn(row.payload()), analyst, Review.Sight.of(row));
    }

    private List<ActionRow> before(ActionRow row, Caller caller) {
        var filter = new ActionFilter(Set.of(), null, null, row.requestedBy(), null, null, 20, null);
        return actions.find(caller.toReader(), filter).items().stream()
                .filter(other -> other.requestedAt().isBefore(row.requestedAt()) && !other.id().equals(row.id())).limit(5).toList();
    }

    private List<Review.Ground> grounds(ActionRow row) {
        return Stream.concat(grounds(row, row.verdict().violations(), false).stream(), grounds(row, row.verdict().warnings(), true).stream()).toList();
    }

    private List<Review.Ground> grounds(ActionRow row, @Nullable List<Finding> findings, boolean warning) {
        return findings == null ? List.of() : findings.stream().map(finding -> rule(row, finding)
                .map(found -> new Review.Ground(finding, PolicyWords.when(found.rule().condition()), found.policyId(), warning))
                .orElseGet(() -> new Review.Ground(finding, null, null, warning))).toList();
    }

    private record Found(String policyId, Rule rule) {}

    /** The rule as it was when it was asked. */
    private Optional<Found> rule(ActionRow row, Finding finding) {
        var inputs = row.verdict().inputs();
        if (inputs == null || finding.policy() == null) {
            return Optional.empty();
        }
        return inputs.policies().stream().flatMap(asked -> asked(row.workspace(), asked, finding.policy()).stream())
                .flatMap(policy -> policy.definition().rules().stream().filter(rule -> rule.title().equals(finding.rule()))
                        .map(rule -> new Found(policy.id(), rule))).findFirst();
    }

    private Optional<Policy> asked(String workspace, PolicyVersion asked, String name) {
        return policies.byId(workspace, asked.policyId()).filter(now -> now.name().equals(name)).flatMap(now -> now.version() == asked.version() ? Optional.of(now)
                : policies.versions(workspace, asked.policyId()).stream().filter(then -> then.version() == asked.version()).findFirst());
    }

    private static @Nullable String nothing(ActionRow row) {
        var verdict = row.verdict();
        var asked = verdict.outcome() == Outcome.REQUIRE_APPROVAL && verdict.triggeredPolicy() != null && verdict.triggeredPolicy().startsWith("mode:");
        return !asked ? null : row.forceApproval() ? "It would have passed if the requester had not asked for a person."
                : "Nothing in the request would have changed this: everything of this kind waits for a person.";
    }

    /** Why this reader may not decide it; null when they may. */
    static @Nullable String hindrance(ActionRow row, Caller caller) {
        var profile = row.terms().profile();
        if (!caller.atLeast(profile.minRole())) {
            return "This takes the role " + Words.role(profile.minRole()) + "; yours is " + Words.role(caller.role()) + ".";
        }
        if (profile.distinctFromRequester() && profile.selfAfterSeconds() == null && caller.principalId().equals(row.requestedBy())) {
            return "You asked for it yourself, so somebody else must decide.";
        }
        if (profile.excludeAgentOwner() && caller.principalId().equals(row.agentOwnerId())) {
            return "You answer for this agent, so somebody else must decide.";
        }
        if (!profile.allowedPrincipals().isEmpty() && !profile.allowedPrincipals().contains(caller.principalId())) {
            return "Only the people named in its profile may decide.";
        }
        return row.votes().contains(caller.principalId()) ? "You have approved it already; it needs another person." : null;
    }

    /** Why a person must look, in one sentence. */
    static String because(ActionRow row) {
        var verdict = row.verdict();
        if (verdict.reason() != null) {
            return verdict.reason();
        }
        return switch (row.terms().mode()) {
            case AUTO -> "This kind of action runs without a person.";
            case MANUAL -> "This kind of action waits for a person.";
            case ADMIN_ONLY -> "This kind of action waits for an admin who did not ask for it.";
        };
    }

    private static String needs(ActionRow row) {
        if (row.automatic()) {
            return "Nobody";
        }
        var profile = row.terms().profile();
        var people = profile.minApprovals() == 1 ? "1 person" : profile.minApprovals() + " people";
        return people + ", " + Words.role(profile.minRole()) + (profile.minRole() == Role.OWNER ? "" : " or stronger");
    }

    private static String undo(ActionRow row) {
        return row.terms().reversible() ? "Yes" : "No";
    }

    private static String approve(ActionRow row) {
        return switch (row.actionType()) {
            case "email:send", "send_email", "send_sms" -> "Approve, send";
            case "jira:create" -> "Approve, open ticket";
            case "payment:transfer" -> "Approve, pay";
            case "slack.post_message", "slack_message", "discord_message", "teams_message", "github.comment" -> "Approve, post";
            case "git_push" -> "Approve, push";
            case "git_commit" -> "Approve, commit";
            default -> "Approve, run";
        };
    }

    private static List<Review.Outcome> outcomes(ActionRow row, JsonNode result) {
        var outcomes = new ArrayList<Review.Outcome>();
        for (var recipient : result.path("recipients")) {
            var said = text(recipient, "error");
            outcomes.add(new Review.Outcome(recipient.path("to").asString(""), recipient.path("status").asString("unknown"),
                    said != null ? said : text(recipient, "id")));
        }
        if (outcomes.isEmpty() && row.captured() && result.path("to").isArray()) {
            result.path("to").forEach(to -> outcomes.add(new Review.Outcome(to.asString(""), "captured", null)));
        }
        return List.copyOf(outcomes);
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.hasNonNull(field) ? node.path(field).asString("") : null;
    }
}
