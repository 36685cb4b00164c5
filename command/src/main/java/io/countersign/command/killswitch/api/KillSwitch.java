package io.countersign.command.killswitch.api;

import io.countersign.command.killswitch.api.Switches.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A switch that is thrown.
 *
 * @param subject what of the scope is stopped: a category, an agent's id, an action type or an entry of the catalogue, a connector; empty for everything
 * @param thrownBy the person's id
 * @param reason what they said; null for nothing, or when it was erased
 */
public record KillSwitch(SwitchScope scope, String subject, String thrownBy, Instant since, @Nullable String reason) {

    /** How the switch is called in events and answers, such as {@code everything} or {@code category:payment}. */
    public String name() {
        return nameOf(scope, subject);
    }

    /** The name of the switch of a scope and a subject. */
    public static String nameOf(SwitchScope scope, String subject) {
        return subject.isEmpty() ? scope.wire() : scope.wire() + ":" + subject;
    }

    /** Pauses somebody as a whole, so that requests are turned away instead of being judged. */
    public boolean freezes() {
        return scope == SwitchScope.EVERYTHING || scope == SwitchScope.AGENT;
    }

    /** Whether it stops this. */
    public boolean stops(Subject of) {
        return switch (scope) {
            case EVERYTHING -> true;
            case CATEGORY -> Category.of(subject).filter(category -> category.holds(of.connectors(), of.scope())).isPresent();
            case AGENT -> subject.equals(of.requesterId());
            case ACTION_TYPE -> subject.equals(of.actionType()) || subject.equals(of.entry());
            case EXECUTOR -> of.connectors().contains(subject);
        };
    }

    /** One sentence for whoever is stopped. */
    public String sentence() {
        String what = switch (scope) {
            case EVERYTHING -> "Everything in this workspace is stopped";
            case CATEGORY -> Category.of(subject).map(Category::label).orElse(subject) + " are stopped";
            case AGENT -> "This agent is stopped";
            case ACTION_TYPE -> subject + " is stopped";
            case EXECUTOR -> "The executor " + subject + " is stopped";
        };
        return what + " by the kill switch " + name() + ", thrown at " + since + ".";
    }
}
