package io.countersign.command.action;

import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Terms.Profile;
import io.countersign.command.action.api.Verdict.StandingApproval;
import io.countersign.command.evaluation.Evaluation;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.Principals;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets a standing approval answer where a person would be asked. It counts as the decision of whoever wrote it, so that person must be one who
 * could decide this action now.
 */
final class StandingApprovals {

    private final Principals principals;
    private final Principal requester;
    private final Terms terms;
    private final boolean forced;

    /**
     * @param terms those in force after the policies
     * @param forced the requester wants a person to look
     */
    StandingApprovals(Principals principals, Principal requester, Terms terms, boolean forced) {
        this.principals = principals;
        this.requester = requester;
        this.terms = terms;
        this.forced = forced;
    }

    /** The first that may, does, when somebody would be asked. */
    void answer(List<Hit> approvals, Evaluation evaluation) {
        for (Hit approval : evaluation.asks() ? approvals : List.<Hit>of()) {
            Optional<String> obstacle = obstacle(approval, evaluation);
            if (obstacle.isEmpty() && approval.authorId() != null && approval.expiresAt() != null) {
                evaluation.approved(new StandingApproval(approval.policyId(), approval.policy(), approval.version(), approval.ruleId(),
                        approval.authorId(), approval.expiresAt()), approval.rule());
                return;
            }
            evaluation.notApproved(approval, obstacle.orElse("nobody stands behind it."));
        }
    }

    private Optional<String> obstacle(Hit approval, Evaluation evaluation) {
        if (forced) {
            return Optional.of("the requester asked for a person to look.");
        }
        return evaluation.unanswerable().map(asked -> "only a person can answer this: " + asked).or(() -> ofAuthor(author(approval.authorId())));
    }

    private @Nullable Person author(@Nullable String id) {
        return principals.byId(id == null ? "" : id).filter(Person.class::isInstance).map(Person.class::cast).filter(Person::enabled)
                .filter(person -> person.workspace().equals(requester.workspace())).orElse(null);
    }

    private Optional<String> ofAuthor(@Nullable Person author) {
        Profile profile = terms.profile();
        if (author == null) {
            return Optional.of("who wrote it is not here any more.");
        }
        if (!author.role().atLeast(profile.minRole())) {
            return Optional.of("who wrote it may not decide this; it takes the role " + profile.minRole().name().toLowerCase(Locale.ROOT) + ".");
        }
        if (profile.minApprovals() > 1) {
            return Optional.of("this takes " + profile.minApprovals() + " people.");
        }
        if (profile.confirmationPhrase() != null) {
            return Optional.of("whoever approves this must type a phrase.");
        }
        if (!profile.allowedPrincipals().isEmpty() && !profile.allowedPrincipals().contains(author.id())) {
            return Optional.of("who wrote it is not among the people who may decide this.");
        }
        return isBarred(author, profile) ? Optional.of("who wrote it may not decide alone what is asked for on the same person's behalf.")
                : Optional.empty();
    }

    private boolean isBarred(Person author, Profile profile) {
        boolean own = author.id().equals(requester.id()) && (profile.distinctFromRequester() || profile.selfAfterSeconds() != null);
        return own || profile.excludeAgentOwner() && requester instanceof Principal.Agent agent && author.id().equals(agent.ownerId());
    }
}
