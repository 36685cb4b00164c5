package io.countersign.web.admin;

import io.countersign.command.catalogue.api.Money;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules in plain words. */
final class PolicyWords {

    private PolicyWords() {}

    /**
     * One rule as people read it.
     *
     * @param when the condition
     * @param then what it leads to
     * @param family colour of the effect
     * @param icon of the effect
     * @param besides everything else it says, a sentence each
     */
    record Reading(String title, String when, String then, String family, String icon, String severity, @Nullable String reason,
            List<String> besides) {
        /** Class names of the pill. */
        public String css() {
            return "status status--" + family;
        }
    }

    static List<Reading> of(PolicyDefinition definition, Words words) {
        return definition.rules().stream().map(rule -> of(rule, words)).toList();
    }

    private static Reading of(Rule rule, Words words) {
        return new Reading(rule.title(), "When " + when(rule.condition()), then(rule), family(rule.effect()), icon(rule.effect()),
                rule.severity().wire(), rule.reason(), besides(rule, words));
    }

    /** What must be so, to follow "when". */
    static String when(Condition condition) {
        return switch (condition) {
            case Condition.Table c -> "a statement touches the table " + c.name();
            case Condition.Column c -> "a statement reads or writes the column " + c.name();
            case Condition.Cost c -> "the planner expects more than " + Words.grouped(c.threshold()) + " rows";
            case Condition.Datasource c -> "a statement goes to the data source " + c.name();
            case Condition.Pattern c -> "some text in it matches " + c.regex()
                    + (c.contextRequires() == null ? "" : ", and some text matches " + c.contextRequires());
            case Condition.CommandLine c -> "the command line matches " + c.glob();
            case Condition.Amount c -> "the amount is above "
                    + (c.currency() == null ? Words.grouped(c.above()) + " minor units of any currency" : Money.text(c.above(), c.currency()));
            case Condition.Host c -> "a host or mail domain is " + (c.unlisted() ? "none of " : "one of ") + String.join(", ", c.hosts());
            case Condition.ActionName c -> c.glob().equals("*") ? "anything is asked for" : "the action is " + c.glob();
            case Condition.Expression c -> c.cel();
            case Condition.Rate c -> (c.sum() ? "the amounts of " : "") + c.glob() + " come to more than " + Words.grouped(c.limit()) + " in "
                    + Words.span(Duration.ofSeconds(c.windowSeconds())) + " for each " + c.per();
        };
    }

    private static String then(Rule rule) {
        return switch (rule.effect()) {
            case APPROVE -> "Approve in place of a person";
            case WARN -> "Let through with a warning";
            case DELAY -> "Run after "
                    + Words.span(Duration.ofSeconds(rule.delaySeconds() == null ? 0 : rule.delaySeconds().longValue()));
            case REQUIRE_APPROVAL -> "Ask a person";
            case BLOCK -> "Block";
        };
    }

    private static String family(Effect effect) {
        return switch (effect) {
            case APPROVE -> "ok";
            case WARN, DELAY -> "warn";
            case REQUIRE_APPROVAL -> "wait";
            case BLOCK -> "bad";
        };
    }

    private static String icon(Effect effect) {
        return switch (effect) {
            case APPROVE -> "check";
            case WARN -> "alert";
            case DELAY -> "clock";
            case REQUIRE_APPROVAL -> "s-wait";
            case BLOCK -> "s-block";
        };
    }

    private static List<String> besides(Rule rule, Words words) {
        var besides = new ArrayList<String>();
        var profile = rule.profile();
        if (profile != null) {
            besides.add("Takes " + (profile.minApprovals() == 1 ? "1 person" : profile.minApprovals() + " people") + ", "
                    + Words.role(profile.minRole()) + " or stronger.");
        }
        for (var exemption : rule.exemptions()) {
            besides.add("Not when " + when(exemption.condition())
                    + (exemption.expiresAt() == null ? "" : ", until " + words.time(exemption.expiresAt()))
                    + (exemption.reason() == null ? "." : ": " + exemption.reason()));
        }
        if (rule.expiresAt() != null) {
            besides.add((rule.expiresAt().isAfter(words.now()) ? "Holds until " : "Has not held since ") + words.time(rule.expiresAt()) + ".");
        }
        if (rule.reusable()) {
            besides.add("An approval serves for the same statement again"
                    + (rule.maxUses() == null ? "" : ", at most " + Words.many(rule.maxUses(), "time"))
                    + (rule.reuseSeconds() == null ? "." : ", for " + Words.span(Duration.ofSeconds(rule.reuseSeconds())) + "."));
        }
        return List.copyOf(besides);
    }
}
