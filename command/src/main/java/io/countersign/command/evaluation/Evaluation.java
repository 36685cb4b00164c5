package io.countersign.command.evaluation;

import io.countersign.command.action.api.Safeguard.Opinion;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.action.api.Verdict.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects what each step of the pipeline says and combines it: the strictest wins. Pure. */
public final class Evaluation {

    private static final double[] WEIGHT = {0, 0.2, 0.5, 1};

    private final List<Step> trace = new ArrayList<>();
    private final List<Finding> violations = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();
    private final List<String> policies = new ArrayList<>();
    private Outcome outcome = Outcome.ALLOW;
    private @Nullable String code;
    private @Nullable String reason;
    private @Nullable String triggered;

    /** A step had nothing to say against it. */
    public Evaluation pass(String step, String detail) {
        trace.add(new Step(step, "pass", detail));
        return this;
    }

    /** A gate: passes, or blocks with a code and a reason. */
    public Evaluation gate(String step, String passed, Optional<Refusal> block) {
        block.ifPresentOrElse(found -> {
            trace.add(new Step(step, "block", found.reason()));
            violations.add(new Finding(step, "critical", found.reason()));
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
                warnings.add(new Finding(warn.rule(), warn.severity(), warn.message()));
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
                stricter(Outcome.REQUIRE_APPROVAL, null, why, "mode:" + terms.mode().wire());
            }
        }
        return this;
    }

    private void stricter(Outcome found, @Nullable String because, String why, @Nullable String policy) {
        if (found.compareTo(outcome) > 0) {
            outcome = found;
            code = because;
            reason = why;
            triggered = policy;
        }
    }

    /**
     * The verdict.
     *
     * @param micros time the evaluation took
     */
    public Verdict verdict(long micros) {
        double risk = WEIGHT[outcome.ordinal()];
        return new Verdict(outcome, code, reason, risk, List.copyOf(policies), triggered, List.copyOf(violations), List.copyOf(warnings),
                micros, "enforce", List.copyOf(trace));
    }

    /** Why a gate blocks. */
    public record Refusal(String code, String reason) {}
}
