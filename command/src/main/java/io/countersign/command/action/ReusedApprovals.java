package io.countersign.command.action;

import io.countersign.command.action.api.ReusableApproval;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict.Reusable;
import io.countersign.command.action.api.Verdict.Reuse;
import io.countersign.command.evaluation.Evaluation;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.Principals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Approvals that serve for the same request again, where every rule that asks says so. Another question, or a stricter one, is asked anew. */
final class ReusedApprovals {

    private ReusedApprovals() {}

    /** An action whose approval may serve again, and the terms it was approved on. */
    record Grantor(String actionId, @Nullable String approverId, Terms terms, ReusableApproval approval) {}

    /** How far a person's answer will serve: of all rules that ask, the shortest time and the fewest uses. */
    static void offer(List<Hit> hits, Evaluation evaluation, Duration usual) {
        List<Hit> asking = hits.stream().filter(Hit::isReusable).toList();
        if (evaluation.asks() && evaluation.isReusable() && !asking.isEmpty()) {
            long seconds = asking.stream().mapToLong(hit -> hit.reuseSeconds() == null ? usual.toSeconds() : hit.reuseSeconds()).min().orElseThrow();
            evaluation.reusable(new Reusable(seconds, asking.stream().map(Hit::maxUses).filter(Objects::nonNull).min(Integer::compareTo)
                    .orElse(null)));
        }
    }

    /** Answers what asks with the earlier approval; does nothing when that does not cover it. */
    static void answer(Grantor grantor, Terms inForce, Evaluation evaluation, Principals principals, Instant now) {
        Instant end = grantor.approval().expiresAt();
        String approver = grantor.approverId();
        boolean sameQuestion = grantor.terms().mode() == inForce.mode() && grantor.terms().profile().equals(inForce.profile());
        if (evaluation.asks() && evaluation.isReusable() && sameQuestion && grantor.approval().isLive(now) && end != null && approver != null
                && mayStillDecide(approver, inForce, principals)) {
            Reusable terms = Objects.requireNonNull(grantor.approval().terms());
            evaluation.approvedBefore(new Reuse(grantor.actionId(), approver, grantor.approval().uses() + 1, terms.maxUses(), end));
        }
    }

    private static boolean mayStillDecide(String approver, Terms inForce, Principals principals) {
        return principals.byId(approver).filter(Person.class::isInstance).map(Person.class::cast)
                .filter(Person::enabled).filter(person -> person.role().atLeast(inForce.profile().minRole())).isPresent();
    }
}
