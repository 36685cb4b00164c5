package io.countersign.query.backtest;

import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.action.api.Verdict.Step;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.command.policy.api.Rule;
import io.countersign.query.backtest.PastFacts.Need;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The policies that are tried. What else was found about an action then, by other policies and other steps, stands as it was recorded: a
 * difference comes from these policies alone.
 */
final class Candidates {

    private static final Set<String> STEPS_OF_POLICIES = Set.of("policies", "rule", "shadow");
    private static final String EVERYBODY = "";

    /** Names no namespace of facts but those of the request, not even in a text. */
    private static final Pattern ONLY_OF_REQUEST = Pattern.compile("(?s)(?!.*\\b(agent|sql|http|history)\\b).*");

    private final Map<String, Book> books = new HashMap<>();
    private final boolean counting;
    private final Need need;

    private record Book(Rulebook rules, Set<String> replaced) {}

    /** What an action would come to, and by which of these rules. */
    record Answer(Outcome outcome, @Nullable String rule) {}

    /** @throws io.countersign.command.policy.api.InvalidPolicy when one does not compile */
    Candidates(String workspace, List<PolicyDefinition> definitions, RuleCompiler compiler) {
        counting = definitions.stream().flatMap(definition -> definition.rules().stream())
                .anyMatch(rule -> rule.condition() instanceof Condition.Rate);
        need = definitions.stream().map(Candidates::need).max(Need::compareTo).orElse(Need.OUTSIDE);
        Set<String> agents = definitions.stream().map(PolicyDefinition::agentId).filter(Objects::nonNull).collect(Collectors.toSet());
        books.put(EVERYBODY, book(workspace, definitions.stream().filter(definition -> definition.agentId() == null).toList(), compiler));
        agents.forEach(agent -> books.put(agent, book(workspace, definitions.stream()
                .filter(definition -> definition.agentId() == null || definition.agentId().equals(agent)).toList(), compiler)));
    }

    private static Book book(String workspace, List<PolicyDefinition> definitions, RuleCompiler compiler) {
        List<Policy> policies = definitions.stream().filter(PolicyDefinition::enabled)
                .map(definition -> new Policy("draft:" + definition.name(), workspace, 0, deciding(definition), false, false, null, null, null))
                .toList();
        return new Book(compiler.compile(policies), definitions.stream().map(definition -> name(definition.name())).collect(Collectors.toSet()));
    }

    private static PolicyDefinition deciding(PolicyDefinition definition) {
        return new PolicyDefinition(definition.name(), definition.description(), definition.agentId(), definition.origins(), Mode.ENFORCE, true,
                definition.locked(), definition.whitelistedDomains(), definition.rules());
    }

    private static Need need(PolicyDefinition definition) {
        Stream<Condition> conditions = definition.rules().stream().flatMap(rule ->
                Stream.concat(Stream.of(rule.condition()), rule.exemptions().stream().map(Rule.Exemption::condition)));
        Need most = conditions.map(Candidates::need).max(Need::compareTo).orElse(Need.OUTSIDE);
        return definition.whitelistedDomains().isEmpty() ? most : Need.ALL;
    }

    /** When in doubt, all. */
    private static Need need(Condition condition) {
        return switch (condition) {
            case Condition.ActionName c -> Need.OUTSIDE;
            case Condition.Pattern c -> Need.REQUEST;
            case Condition.CommandLine c -> Need.REQUEST;
            case Condition.Amount c -> Need.REQUEST;
            case Condition.Expression c -> ONLY_OF_REQUEST.matcher(c.cel()).matches() ? Need.REQUEST : Need.ALL;
            default -> Need.ALL;
        };
    }

    /** What these rules look at. */
    Need need() {
        return need;
    }

    /** Some rule counts, so that actions must be looked at in their order. */
    boolean isCounting() {
        return counting;
    }

    Answer judge(PastAction action, Facts facts, Rulebook.Rates rates) {
        Book book = books.getOrDefault(action.request().requesterId(), Objects.requireNonNull(books.get(EVERYBODY)));
        Instant at = action.verdict().inputs() == null ? action.at() : action.verdict().inputs().at();
        Findings findings = book.rules().judge(facts, at, rates, Set.of());
        Weighing weighing = new Weighing(action);
        weighing.recorded(book.replaced());
        findings.hits().forEach(hit -> weighing.finds(outcome(hit.effect().wire()), hit.isAnswerable()));
        Hit approval = weighing.isAnswerable() && !findings.approvals().isEmpty() ? findings.approvals().getFirst() : null;
        Hit first = approval != null ? approval : findings.hits().isEmpty() ? null : findings.hits().getFirst();
        boolean served = action.verdict().reuse() != null && findings.hits().stream()
                .allMatch(hit -> hit.effect() != Effect.REQUIRE_APPROVAL || hit.isReusable());
        return new Answer(weighing.outcome(approval != null || stoodIn(action.verdict(), book.replaced()), served),
                first == null ? null : first.policy() + "/" + first.ruleId());
    }

    private static boolean stoodIn(Verdict verdict, Set<String> replaced) {
        return verdict.standing() != null && !replaced.contains(name(verdict.standing().policy()));
    }

    /** What speaks against an action, and whether a standing approval could answer all that asks for a person. */
    private static final class Weighing {

        private final Verdict verdict;
        private final boolean manual;
        private Outcome besides = Outcome.ALLOW;
        private boolean asked;
        private boolean ruleAsked;
        private boolean answerable;

        Weighing(PastAction action) {
            Terms terms = action.request().terms();
            verdict = action.verdict();
            manual = terms.mode() == Terms.ApprovalMode.MANUAL;
            answerable = !action.request().forceApproval() && terms.profile().minApprovals() == 1 && terms.profile().confirmationPhrase() == null;
        }

        void finds(Outcome found, boolean mayBeAnswered) {
            if (found == Outcome.REQUIRE_APPROVAL) {
                asked = true;
                ruleAsked = true;
                answerable &= mayBeAnswered;
            } else {
                besides = stricter(besides, found);
            }
        }

        /** What stands without the policies that were replaced. */
        void recorded(Set<String> replaced) {
            for (Step step : verdict.trace()) {
                if (!STEPS_OF_POLICIES.contains(step.step())) {
                    switch (step.result()) {
                        case "block" -> besides = Outcome.BLOCK;
                        case "approval" -> {
                            asked = true;
                            answerable &= manual && step.step().equals("mode");
                        }
                        case "warn" -> besides = stricter(besides, Outcome.ALLOW_WITH_WARNINGS);
                        default -> { } // nothing against it
                    }
                }
            }
            for (List<Finding> findings : List.of(verdict.violations(), verdict.warnings())) {
                for (Finding finding : findings) {
                    if (finding.policy() != null && finding.effect() != null && !replaced.contains(name(finding.policy()))) {
                        finds(Candidates.outcome(finding.effect()), Boolean.TRUE.equals(finding.answerable()));
                    }
                }
            }
        }

        boolean isAnswerable() {
            return asked && answerable && besides != Outcome.BLOCK;
        }

        /**
         * @param approved a standing approval would answer what it may
         * @param served an approval of the same request answered all that was asked then, and nothing else asks
         */
        Outcome outcome(boolean approved, boolean served) {
            Outcome ofQuestions = !asked ? Outcome.ALLOW : !(served || approved && answerable) ? Outcome.REQUIRE_APPROVAL
                    : ruleAsked ? Outcome.ALLOW_WITH_WARNINGS : Outcome.ALLOW;
            return stricter(besides, ofQuestions);
        }
    }

    private static Outcome outcome(String effect) {
        return switch (Effect.valueOf(effect.toUpperCase(Locale.ROOT))) {
            case APPROVE -> Outcome.ALLOW;
            case WARN, DELAY -> Outcome.ALLOW_WITH_WARNINGS;
            case REQUIRE_APPROVAL -> Outcome.REQUIRE_APPROVAL;
            case BLOCK -> Outcome.BLOCK;
        };
    }

    private static Outcome stricter(Outcome one, Outcome other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static String name(String policy) {
        return policy.toLowerCase(Locale.ROOT);
    }
}
