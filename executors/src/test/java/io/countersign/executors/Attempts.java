package io.countersign.executors;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Rollback;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.action.api.Terms.OnTimeout;
import io.countersign.command.action.api.Terms.Profile;
import io.countersign.command.principal.api.Role;
import java.time.Instant;
import java.util.Map;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** Attempts and settings for executors under test. */
public final class Attempts {

    public static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    /** When the first attempt of each began: now, because deadlines are looked at on the real clock. */
    public static final Instant BEGUN = Instant.ofEpochMilli(System.currentTimeMillis());

    private Attempts() {}

    public static Attempt first(String type, String params) {
        return attempt(type, params, 1, null);
    }

    public static Attempt second(String type, String params) {
        return attempt(type, params, 2, null);
    }

    public static Attempt undoing(String type, Rollback rollback) {
        return attempt(type, "{}", 1, rollback);
    }

    /** One that has until then. */
    public static Attempt until(long epochMillis) {
        Attempt a = first("email:send", "{}");
        return new Attempt(a.actionId(), a.workspace(), a.requesterId(), a.decidedBy(), a.actionType(), a.attempt(), a.params(), a.config(), a.terms(),
                a.rollback(), epochMillis, a.firstStartedAtEpochMillis());
    }

    /** The same through an entry that configures this. */
    public static Attempt with(Attempt a, Map<String, String> config) {
        return new Attempt(a.actionId(), a.workspace(), a.requesterId(), a.decidedBy(), a.actionType(), a.attempt(), a.params(), config, a.terms(),
                a.rollback(), a.deadlineEpochMillis(), a.firstStartedAtEpochMillis());
    }

    /** The same for another action. */
    public static Attempt of(String actionId, Attempt a) {
        return new Attempt(actionId, a.workspace(), a.requesterId(), a.decidedBy(), a.actionType(), a.attempt(), a.params(), a.config(), a.terms(),
                a.rollback(), a.deadlineEpochMillis(), a.firstStartedAtEpochMillis());
    }

    /** Only these settings, nothing of the process. */
    public static Environment settings(Map<String, Object> settings) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
        return environment;
    }

    private static Attempt attempt(String type, String params, int number, Rollback rollback) {
        var terms = new Terms("immediate", ApprovalMode.MANUAL, Profile.of(Role.ANALYST, false), Execution.GATEWAY, ExecutionClass.IDEMPOTENT,
                30_000, OnTimeout.EXPIRE, false, "external", "built-in", "1");
        return new Attempt("a-1", "default", "scout", "system:auto", type, number, params, terms, rollback, System.currentTimeMillis() + 30_000, BEGUN.toEpochMilli());
    }
}
