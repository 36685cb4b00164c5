package io.countersign.query.insight.api;

import io.countersign.query.action.api.Reader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts over the actions of a workspace. For people only. Answers include what was recorded before they were asked for. */
public interface Insights {

    /**
     * What was asked for in a time, by when it was asked for.
     *
     * @param since included; the first bucket begins with the hour or day it falls into
     * @param until not included
     * @param bucket an hour or a day of UTC
     */
    Report report(Reader reader, Instant since, Instant until, Duration bucket);

    /** What the rules held against one requester, newest first. Null bounds do not narrow. {@code limit} 1 to 1,000. */
    List<Violation> violations(Reader reader, String requesterId, @Nullable Instant since, @Nullable Instant until, int limit);

    /** How many there are of those. */
    long countViolations(Reader reader, String requesterId, @Nullable Instant since, @Nullable Instant until);

    /**
     * Everything at once.
     *
     * @param series every bucket of the time, also those in which nothing happened
     * @param statuses how many stand where now
     * @param rules those that ask people, most asked first
     */
    record Report(Totals totals, List<Bucket> series, Decisions decisions, List<PolicyCount> policies, List<AgentCount> agents,
            List<RuleCount> rules, Map<String, Long> statuses) {}

    /**
     * Counts of actions.
     *
     * @param evaluations all that was asked for
     * @param allowed by the rules alone
     * @param asked brought before a person
     * @param blocked by the rules
     * @param pending waits for a person now
     * @param approved by a person
     * @param denied by a person
     * @param executed done now
     * @param unknown nobody knows whether it was done
     */
    record Totals(long evaluations, long allowed, long asked, long blocked, long pending, long approved, long denied, long executed, long unknown) {

        /** Nothing. */
        public static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Counts of the actions asked for from {@code start} on. */
    record Bucket(Instant start, Totals totals) {}

    /**
     * How people decided.
     *
     * @param number of decisions by people
     * @param medianSeconds from asking to decision; null without decisions
     * @param p95Seconds nineteen of twenty took no longer
     * @param reflex approvals within 3 seconds of opening, or of asking where it was not opened
     * @param unopened approvals by somebody who never opened what was asked for
     * @param approvals by people
     * @param classes decisions by how long they took: under 3 s, 30 s, 2 min, 10 min, 1 h, 4 h, longer
     */
    record Decisions(long number, @Nullable Double medianSeconds, @Nullable Double p95Seconds, long reflex, long unopened, long approvals,
            List<Long> classes) {}

    /** Actions in which one policy found something, by the highest severity of that; what only warns counts too. An action counts for each policy. */
    record PolicyCount(String policy, long count, Map<String, Long> severities) {}

    /** What one requester asked for, and how often rules held something against it. */
    record AgentCount(String agentId, long actions, long violations) {}

    /**
     * What became of what one rule brought before people.
     *
     * @param policy null when the action type itself asks
     * @param rule name of the rule, or of the action type
     */
    record RuleCount(@Nullable String policy, String rule, long asked, long approved, long denied) {

        /** Approved every time, and often enough that it says something. */
        public boolean isFormality() {
            return approved >= 20 && approved == asked;
        }
    }

    /** Something held against an action. {@code severity} is what the policy that decided found, null when a step of the pipeline decided. */
    record Violation(String actionId, String actionType, Instant at, String status, @Nullable String policy, @Nullable String severity, double risk,
            int violations) {}
}
