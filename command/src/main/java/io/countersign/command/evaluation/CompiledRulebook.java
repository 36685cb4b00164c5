package io.countersign.command.evaluation;

import io.countersign.command.evaluation.CompiledPolicy.CompiledRule;
import io.countersign.command.evaluation.ConditionTest.Result;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.Findings.Asked;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.evaluation.api.RateKeeper;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.policy.api.Effect;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Policies in the order in which they are asked. */
record CompiledRulebook(List<CompiledPolicy> policies) implements Rulebook {

    /** Strictest first; what is equal stays in the order of policies and rules. */
    private static final Comparator<Hit> STRICTEST = Comparator.comparing(Hit::effect).thenComparing(Hit::severity).reversed();

    @Override
    public Findings judge(Facts facts, Instant at, Rates rates, Set<String> interrupted) {
        return new Judging(new Subject(facts), at, rates, interrupted).of(policies);
    }

    @Override
    public boolean names(String namespace) {
        return policies.stream().anyMatch(policy -> policy.words().contains(namespace));
    }

    /** One judgement under way. */
    private static final class Judging {

        private final Subject subject;
        private final Instant at;
        private final Rates rates;
        private final Set<String> interruptedBefore;
        private final List<Asked> asked = new ArrayList<>();
        private final List<Hit> hits = new ArrayList<>();
        private final List<Hit> approvals = new ArrayList<>();
        private final List<Hit> shadow = new ArrayList<>();
        private final List<String> interrupted = new ArrayList<>();
        private final Map<String, RateKeeper.Answer> counted = new LinkedHashMap<>();

        Judging(Subject subject, Instant at, Rates rates, Set<String> interruptedBefore) {
            this.subject = subject;
            this.at = at;
            this.rates = rates;
            this.interruptedBefore = interruptedBefore;
        }

        Findings of(List<CompiledPolicy> policies) {
            List<CompiledPolicy> looking = policies.stream().filter(policy -> policy.looksAt(subject) && !policy.passesOver(subject)).toList();
            for (CompiledPolicy policy : looking) {
                asked.add(policy.asked());
                for (CompiledRule rule : policy.rules()) {
                    if (rule.test() != null && rule.heldAt(at)) {
                        note(policy, rule, ask(rule, rule.test()));
                    }
                }
            }
            boolean blocked = hits.stream().anyMatch(hit -> hit.effect() == Effect.BLOCK);
            for (CompiledPolicy policy : looking) {
                for (CompiledRule rule : policy.rules()) {
                    Condition.Rate rate = rule.heldAt(at) ? rule.rate(subject) : null;
                    if (rate != null && !(policy.decides() && blocked) && !rule.isExempt(subject, at)) {
                        note(policy, rule, CompiledPolicy.rate(rate, count(policy, rule, rate)));
                    }
                }
            }
            hits.sort(STRICTEST);
            shadow.sort(STRICTEST);
            return new Findings(asked, hits, approvals, shadow, interrupted, counted);
        }

        private Result ask(CompiledRule rule, ConditionTest test) {
            if (interruptedBefore.contains(rule.key())) {
                return interrupted(rule);
            }
            try {
                Result result = test.ask(subject);
                return result instanceof Result.No || !rule.isExempt(subject, at) ? result : Result.NO;
            } catch (Watch.Interrupted e) {
                return interrupted(rule);
            } catch (RuntimeException e) {
                return new Result.Undecided("it failed"); // fail closed, whatever a library has to say
            }
        }

        private Result interrupted(CompiledRule rule) {
            interrupted.add(rule.key());
            return new Result.Undecided("it takes too long");
        }

        private RateKeeper.Answer count(CompiledPolicy policy, CompiledRule rule, Condition.Rate rate) {
            RateKeeper.Answer answer = rates.ask(policy.asked().policyId(), rule.rule().id(), rate, policy.decides());
            counted.put(rule.key(), answer);
            return answer;
        }

        /** Doubt makes a rule stricter: one that asks or blocks counts as held, one that approves does not hold. */
        private void note(CompiledPolicy policy, CompiledRule rule, Result result) {
            boolean approves = rule.rule().effect() == Effect.APPROVE;
            List<Hit> to = !policy.decides() ? shadow : approves ? approvals : hits;
            switch (result) {
                case Result.Holds found -> to.add(policy.hit(rule.rule(), found));
                case Result.Undecided doubt when approves -> { }
                case Result.Undecided doubt -> to.add(policy.undecided(rule.rule(), doubt.why()));
                case Result.No no -> { }
            }
        }
    }
}
