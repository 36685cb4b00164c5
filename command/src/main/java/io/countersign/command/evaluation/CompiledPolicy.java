package io.countersign.command.evaluation;

import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.evaluation.ConditionTest.Result;
import io.countersign.command.evaluation.api.Findings.Asked;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.evaluation.api.RateKeeper;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.command.policy.api.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One version of a policy, its patterns and expressions compiled. */
final class CompiledPolicy {

    private final Policy policy;
    private final HostList whitelisted;
    private final List<CompiledRule> rules;
    private final Set<String> words;

    private CompiledPolicy(Policy policy, List<CompiledRule> rules) {
        this.policy = policy;
        this.rules = rules;
        this.words = policy.definition().rules().stream().flatMap(rule -> Stream.concat(Stream.of(rule.condition()),
                rule.exemptions().stream().map(Rule.Exemption::condition))).filter(Condition.Expression.class::isInstance)
                .flatMap(expression -> Stream.of(((Condition.Expression) expression).cel().split("\\W+"))).collect(Collectors.toUnmodifiableSet());
        this.whitelisted = HostList.domains(policy.definition().whitelistedDomains());
    }

    /** A rule with its test; a rule about a rate has none. */
    record CompiledRule(Rule rule, String key, @Nullable ConditionTest test, List<Exemption> exemptions, @Nullable Glob counted) {

        boolean heldAt(Instant at) {
            return rule.expiresAt() == null || at.isBefore(rule.expiresAt());
        }

        boolean isExempt(Subject subject, Instant at) {
            boolean inDoubt = rule.effect() == Effect.APPROVE;
            return exemptions.stream().anyMatch(exemption -> exemption.covers(subject, at, inDoubt));
        }

        /** The rate, when this rule is about one and counts actions like this. */
        Condition.@Nullable Rate rate(Subject subject) {
            return rule.condition() instanceof Condition.Rate rate && counted != null && counted.matches(subject.action()) ? rate : null;
        }
    }

    /** A case in which a rule does not hold. Doubt exempts nothing, except from a rule that approves. */
    record Exemption(ConditionTest test, @Nullable Instant expiresAt) {

        boolean covers(Subject subject, Instant at, boolean inDoubt) {
            return (expiresAt == null || at.isBefore(expiresAt)) && switch (test.ask(subject)) {
                case Result.Holds holds -> true;
                case Result.Undecided doubt -> inDoubt;
                case Result.No no -> false;
            };
        }
    }

    /** @throws InvalidPolicy with the place of each fault */
    static CompiledPolicy of(Policy policy) {
        List<ParameterFault> faults = new ArrayList<>();
        List<CompiledRule> rules = compile(policy.id(), policy.definition(), faults);
        if (!faults.isEmpty()) {
            throw new InvalidPolicy(faults);
        }
        return new CompiledPolicy(policy, rules);
    }

    static List<ParameterFault> faults(PolicyDefinition definition) {
        List<ParameterFault> faults = new ArrayList<>();
        compile("", definition, faults);
        return faults;
    }

    private static List<CompiledRule> compile(String policyId, PolicyDefinition definition, List<ParameterFault> faults) {
        List<CompiledRule> rules = new ArrayList<>();
        for (int i = 0; i < definition.rules().size(); i++) {
            Rule rule = definition.rules().get(i);
            String place = "rules[" + i + "].";
            List<Exemption> exemptions = new ArrayList<>();
            for (int j = 0; j < rule.exemptions().size(); j++) {
                ConditionTest test = test(rule.exemptions().get(j).condition(), false, place + "exemptions[" + j + "].", faults);
                if (test != null) {
                    exemptions.add(new Exemption(test, rule.exemptions().get(j).expiresAt()));
                }
            }
            Glob counted = rule.condition() instanceof Condition.Rate rate ? Glob.of(rate.glob()) : null;
            rules.add(new CompiledRule(rule, policyId + "/" + rule.id(), test(rule.condition(), rule.effect() == Effect.APPROVE, place, faults),
                    List.copyOf(exemptions),
                    counted));
        }
        return List.copyOf(rules);
    }

    /** @param whole all that the condition is about must match, not some of it */
    private static @Nullable ConditionTest test(Condition condition, boolean whole, String place, List<ParameterFault> faults) {
        try {
            return condition instanceof Condition.Rate ? null : whole ? ConditionTest.whole(condition) : ConditionTest.of(condition);
        } catch (TextPattern.Invalid e) {
            faults.add(new ParameterFault(place + "condition." + switch (condition) {
                case Condition.Pattern p -> compiles(p.regex()) ? "context_requires" : "regex";
                case Condition.Expression expression -> "cel";
                default -> "type";
            }, e.sentence()));
            return null;
        }
    }

    private static boolean compiles(String regex) {
        try {
            TextPattern.compile(regex);
            return true;
        } catch (TextPattern.Invalid e) {
            return false;
        }
    }

    Asked asked() {
        return new Asked(policy.id(), policy.name(), policy.version());
    }

    List<CompiledRule> rules() {
        return rules;
    }

    /** All words of its expressions. */
    Set<String> words() {
        return words;
    }

    boolean decides() {
        return policy.definition().mode() == Mode.ENFORCE;
    }

    /** Whether it looks at requests of this origin; one of unknown origin is looked at by policies for all origins alone. */
    boolean looksAt(Subject subject) {
        List<String> origins = policy.definition().origins();
        return origins.isEmpty() || origins.contains(subject.origin());
    }

    /** Every host of the request is whitelisted, and there is at least one. */
    boolean passesOver(Subject subject) {
        return !policy.definition().whitelistedDomains().isEmpty() && !subject.hosts().isEmpty()
                && subject.hosts().stream().allMatch(whitelisted::holds);
    }

    Hit hit(Rule rule, Result.Holds found) {
        String shown = found.matched() == null ? null : Excerpt.of(found.matched());
        String template = rule.reason() == null ? found.sentence() : rule.reason();
        return hit(rule, rule.effect(), template.replace("{match}", shown == null ? rule.title() : shown),
                template.replace("{match}", "…"), shown, found.nearest(), false);
    }

    Hit undecided(Rule rule, String why) {
        Effect effect = rule.effect() == Effect.BLOCK ? Effect.BLOCK : Effect.REQUIRE_APPROVAL;
        String sentence = "The rule " + rule.title() + " cannot be decided";
        return hit(rule, effect, sentence + ": " + why + ".", sentence + ".", null, null, true);
    }

    private Hit hit(Rule rule, Effect effect, String message, String quiet, @Nullable String matched, @Nullable String nearest,
            boolean undecided) {
        return new Hit(policy.id(), policy.name(), policy.version(), rule.id(), rule.title(), effect, rule.severity(), rule.confidence(),
                rule.delaySeconds(), rule.profile(), rule.reusable(), rule.maxUses(), rule.reuseSeconds(), message, quiet, matched, nearest, undecided,
                policy.builtIn() || policy.definition().locked(), policy.changedBy(), rule.expiresAt());
    }

    static Result rate(Condition.Rate rate, RateKeeper.Answer answer) {
        String what = rate.sum() ? "a sum of " + rate.limit() : rate.limit() + (rate.limit() == 1 ? " action" : " actions");
        String window = rate.windowSeconds() + " s";
        return switch (answer) {
            case WITHIN -> Result.NO;
            case EXCEEDED -> new Result.Holds(null, "More than " + what + " in " + window + " for one " + rate.per() + ".",
                    "to wait until the window of " + window + " has room");
            case UNKNOWN -> new Result.Undecided("what passed in " + window + " is not counted");
        };
    }
}
