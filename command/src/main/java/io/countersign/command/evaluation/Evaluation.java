package io.countersign.command.evaluation;

import io.countersign.command.action.api.Safeguard.Opinion;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Verdict.Reusable;
import io.countersign.command.action.api.Verdict.Reuse;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.action.api.Verdict.StandingApproval;
import io.countersign.command.action.api.Verdict.Step;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.policy.api.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects what each step of the pipeline says and combines it: the strictest wins, and of equals the first. Each finding is kept twice: in
 * full, and without what the requester wrote, as it may stand in clear. Pure.
 */
public final class Evaluation {

    private static final int MOST_FINDINGS = 50;

    private final List<Step> trace = new ArrayList<>();
    private final List<Said> violations = new ArrayList<>();
    private final List<Said> warnings = new ArrayList<>();
    private final List<Said> shadow = new ArrayList<>();
    private final List<String> policies = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private double safe = 1;
    private @Nullable StandingApproval standing;
    private @Nullable Reusable reusable;
    private @Nullable Reuse reuse;

    /**
     * What one step wants, and why.
     *
     * @param answerable a standing approval may answer it
     * @param reusable a person's answer may serve again
     */
    private record Claim(Outcome outcome, @Nullable String code, String reason, String quiet, @Nullable String policy, boolean answerable,
            boolean reusable) {

        boolean asks() {
            return outcome == Outcome.REQUIRE_APPROVAL;
        }
    }

    /** A finding in full, and as it may stand in clear. */
    private record Said(Finding full, Finding quiet) {

        static Said of(Finding finding) {
            return new Said(finding, finding);
        }

        static Said of(Hit hit) {
            String severity = hit.severity().wire();
            String effect = hit.effect().wire();
            Boolean answerable = hit.isAnswerable() ? true : null;
            return new Said(new Finding(hit.rule(), severity, hit.message(), hit.policy(), effect, hit.matched(), hit.nearest(), answerable),
                    new Finding(hit.rule(), severity, hit.quiet(), hit.policy(), effect, null, null, answerable));
        }

        boolean asks() {
            return Effect.REQUIRE_APPROVAL.wire().equals(full.effect());
        }
    }

    /** A step had nothing to say against it. */
    public Evaluation pass(String step, String detail) {
        trace.add(new Step(step, "pass", detail));
        return this;
    }

    /** A gate: passes, or blocks with a code and a reason. */
    public Evaluation gate(String step, String passed, Optional<Refusal> block) {
        block.ifPresentOrElse(found -> {
            trace.add(new Step(step, "block", found.reason()));
            violations.add(Said.of(new Finding(step, "critical", found.reason())));
            safe = 0;
            stricter(Outcome.BLOCK, found.code(), found.reason(), null);
        }, () -> pass(step, passed));
        return this;
    }

    /** What a safeguard says of the request. */
    public Evaluation opinion(String step, Opinion opinion) {
        switch (opinion) {
            case Opinion.Pass pass -> pass(step, pass.detail());
            case Opinion.Warn warn -> {
                trace.add(new Step(step, "warn", warn.message()));
                warnings.add(Said.of(new Finding(warn.rule(), warn.severity(), warn.message())));
                stricter(Outcome.ALLOW_WITH_WARNINGS, null, warn.message(), null);
            }
            case Opinion.Ask ask -> {
                trace.add(new Step(step, "approval", ask.reason()));
                stricter(Outcome.REQUIRE_APPROVAL, null, ask.reason(), ask.rule());
            }
            case Opinion.Block block -> gate(step, "", Optional.of(new Refusal(block.code(), block.reason())));
        }
        return this;
    }

    /** The approval mode in force, as the last word of what is configured. */
    public Evaluation mode(Terms terms, boolean forced) {
        switch (terms.mode()) {
            case AUTO -> pass("mode", "auto, from " + terms.source());
            case MANUAL, ADMIN_ONLY -> {
                String who = terms.profile().minRole().name().toLowerCase(java.util.Locale.ROOT);
                String why = forced ? "The requester asked for a person to look."
                        : "Mode " + terms.mode().wire() + " (" + terms.source() + "): one person with role " + who + " or higher decides.";
                trace.add(new Step("mode", "approval", why));
                claims.add(new Claim(Outcome.REQUIRE_APPROVAL, null, why, why, "mode:" + terms.mode().wire(),
                        terms.mode() == ApprovalMode.MANUAL && !forced, !forced));
            }
        }
        return this;
    }

    /** What a source of facts could not tell. Nobody but a person can judge what cannot be inspected. */
    public Evaluation uninspectable(String namespace, String why) {
        String quiet = "What this would touch (" + namespace + ") cannot be inspected, so a person must look.";
        Finding finding = new Finding("facts:" + namespace, "high", quiet + " " + why);
        trace.add(new Step("facts", "approval", quiet));
        violations.add(new Said(finding, new Finding(finding.rule(), finding.severity(), quiet)));
        stricter(Outcome.REQUIRE_APPROVAL, null, finding.message(), quiet, null);
        return this;
    }

    /** What the policies found. */
    public Evaluation policies(Findings findings) {
        findings.policies().forEach(asked -> policies.add(asked.name()));
        String asked = findings.policies().size() == 1 ? "1 policy was asked" : findings.policies().size() + " policies were asked";
        trace.add(new Step("policies", result(findings.hits()), asked + (findings.hits().isEmpty() ? "; none objects"
                : "; rules that hold: " + findings.hits().size())));
        for (Hit hit : capped(findings.hits())) {
            Said said = Said.of(hit);
            trace.add(new Step("rule", result(List.of(hit)), hit.policy() + "/" + hit.ruleId() + ": " + hit.quiet()));
            (hit.effect().compareTo(Effect.REQUIRE_APPROVAL) >= 0 ? violations : warnings).add(said);
            claims.add(new Claim(hit.effect().outcome(), hit.effect() == Effect.BLOCK ? "policy_blocked" : null, said.full().message(),
                    said.quiet().message(), hit.policy(), hit.isAnswerable(), hit.isReusable()));
        }
        findings.hits().stream().skip(MOST_FINDINGS).filter(hit -> hit.effect() == Effect.REQUIRE_APPROVAL)
                .forEach(hit -> claims.add(new Claim(Outcome.REQUIRE_APPROVAL, null, hit.message(), hit.quiet(), hit.policy(), hit.isAnswerable(),
                        hit.isReusable())));
        safe *= 1 - findings.risk();
        for (Hit hit : capped(findings.shadow())) {
            trace.add(new Step("shadow", "pass", hit.policy() + "/" + hit.ruleId() + " only watches; it would say "
                    + hit.effect().wire()));
            shadow.add(Said.of(hit));
        }
        return this;
    }

    private static List<Hit> capped(List<Hit> hits) {
        return hits.subList(0, Math.min(MOST_FINDINGS, hits.size()));
    }

    private static String result(List<Hit> hits) {
        return hits.isEmpty() ? "pass" : switch (hits.getFirst().effect()) {
            case APPROVE -> "pass";
            case WARN, DELAY -> "warn";
            case REQUIRE_APPROVAL -> "approval";
            case BLOCK -> "block";
        };
    }

    /**
     * A standing approval stands in for the person who would be asked. What rules asked stays on record as warnings. Called last, and only
     * when everything that asks {@linkplain #unanswerable() can be answered}.
     *
     * @param title what people call the rule
     */
    public Evaluation approved(StandingApproval approval, String title) {
        if (isBlocked() || unanswerable().isPresent()) {
            throw new IllegalStateException("A standing approval answers nothing else than what may be answered");
        }
        String why = "The standing approval " + title + " of the policy " + approval.policy() + " stands in for a person until "
                + approval.expiresAt() + ". It counts as the decision of " + approval.authorId() + ", who wrote it.";
        answered("standing", why, approval.policy());
        standing = approval;
        return this;
    }

    /**
     * A person's answer to the same request serves again. What rules asked stays on record as warnings. Called last, and only when everything
     * that asks is {@linkplain #isReusable() reusable}.
     */
    public Evaluation approvedBefore(Reuse served) {
        if (isBlocked() || !isReusable()) {
            throw new IllegalStateException("An approval serves again for nothing else than what is reusable");
        }
        answered("reuse", "The approval that " + served.approverId() + " gave to the same request, action " + served.actionId() + ", serves again: use "
                + served.use() + (served.maxUses() == null ? "" : " of " + served.maxUses()) + ", until " + served.expiresAt() + ".", null);
        reuse = served;
        return this;
    }

    private void answered(String step, String why, @Nullable String policy) {
        List<Said> asked = violations.stream().filter(Said::asks).toList();
        violations.removeAll(asked);
        warnings.addAll(asked);
        claims.removeIf(Claim::asks);
        trace.add(new Step(step, "pass", why));
        claims.addFirst(new Claim(asked.isEmpty() ? Outcome.ALLOW : Outcome.ALLOW_WITH_WARNINGS, null, why, why, policy, false, false));
    }

    /** What a person answers may serve again this far. */
    public Evaluation reusable(Reusable terms) {
        trace.add(new Step("reuse", "pass", "An approval serves again for the same request"
                + (terms.maxUses() == null ? "" : ", at most " + terms.maxUses() + " times") + " within " + terms.seconds() + " s."));
        reusable = terms;
        return this;
    }

    /** All that asks lets a person's answer serve again. */
    public boolean isReusable() {
        return claims.stream().filter(Claim::asks).allMatch(Claim::reusable);
    }

    /** A standing approval holds, and yet a person is asked. */
    public Evaluation notApproved(Hit approval, String why) {
        return pass("standing", "The standing approval " + approval.policy() + "/" + approval.ruleId() + " does not stand in: " + why);
    }

    /** What would have asked for a person was answered beforehand. */
    public boolean isAnswered() {
        return standing != null || reuse != null;
    }

    /** True as soon as a step has said no. */
    public boolean isBlocked() {
        return outcome() == Outcome.BLOCK;
    }

    /** Nothing has said no, and something wants a person. */
    public boolean asks() {
        return outcome() == Outcome.REQUIRE_APPROVAL;
    }

    /** What asks for a person and lets no rule answer; empty when all that asks can be answered. */
    public Optional<String> unanswerable() {
        return claims.stream().filter(claim -> claim.asks() && !claim.answerable()).map(Claim::quiet).findFirst();
    }

    private Outcome outcome() {
        return claims.stream().map(Claim::outcome).max(Outcome::compareTo).orElse(Outcome.ALLOW);
    }

    /** The approval that decided beforehand; else the strictest, and of equals the first; null when nothing stands in the way. */
    private @Nullable Claim decisive() {
        if (standing != null || reuse != null) {
            return claims.getFirst();
        }
        Outcome strictest = outcome();
        return claims.stream().filter(claim -> claim.outcome() == strictest).findFirst().orElse(null);
    }

    private void stricter(Outcome found, @Nullable String because, String why, @Nullable String policy) {
        stricter(found, because, why, why, policy);
    }

    private void stricter(Outcome found, @Nullable String because, String why, String quiet, @Nullable String policy) {
        claims.add(new Claim(found, because, why, quiet, policy, false, false));
    }

    /**
     * The verdict in full, for whoever asked.
     *
     * @param micros time the evaluation took
     */
    public Verdict verdict(long micros) {
        Claim decisive = decisive();
        return new Verdict(outcome(), decisive == null ? null : decisive.code(), decisive == null ? null : decisive.reason(), risk(),
                List.copyOf(policies), decisive == null ? null : decisive.policy(), full(violations), full(warnings), micros, "enforce",
                List.copyOf(trace), shadow.isEmpty() ? null : full(shadow), null, standing, reusable, reuse);
    }

    /** The same as it may stand in clear, with what it was computed from. */
    public Verdict stored(long micros, Verdict.Inputs inputs) {
        Claim decisive = decisive();
        return new Verdict(outcome(), decisive == null ? null : decisive.code(), decisive == null ? null : decisive.quiet(), risk(),
                List.copyOf(policies), decisive == null ? null : decisive.policy(), quiet(violations), quiet(warnings), micros, "enforce",
                List.copyOf(trace), shadow.isEmpty() ? null : quiet(shadow), inputs, standing, reusable, reuse);
    }

    private double risk() {
        return Math.round((1 - safe) * 1_000) / 1_000.0;
    }

    private static List<Finding> full(List<Said> said) {
        return said.stream().map(Said::full).toList();
    }

    private static List<Finding> quiet(List<Said> said) {
        return said.stream().map(Said::quiet).toList();
    }

    /** Why a gate blocks. */
    public record Refusal(String code, String reason) {}
}
