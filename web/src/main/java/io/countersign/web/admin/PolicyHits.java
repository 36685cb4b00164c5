package io.countersign.web.admin;

import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Reader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which of the latest actions each policy spoke up for, as their verdicts recorded it. */
@Component
class PolicyHits {

    /** How far back hits are counted. */
    static final Duration WINDOW = Duration.ofDays(30);
    private static final int PAGE = 100;
    private static final int MOST = 500;

    private final Actions actions;

    PolicyHits(Actions actions) {
        this.actions = actions;
    }

    /**
     * The actions looked at, newest first.
     *
     * @param all whether these are all of the last 30 days
     */
    record Recent(List<ActionRow> rows, boolean all) {

        public long size() {
            return rows.size();
        }

        /** Those that a policy spoke up for, newest first; when it only watches, those that it would have spoken up for. */
        Tally of(Policy policy) {
            var judged = rows.stream().filter(row -> wasAsked(policy, row)).toList();
            var hits = judged.stream().filter(row -> spokeUp(policy, row)).toList();
            return new Tally(hits.size(), judged.size(), hits.isEmpty() ? null : hits.getFirst().requestedAt(), hits.stream().limit(5).toList());
        }
    }

    /**
     * How often a policy spoke up.
     *
     * @param of how many actions it was asked about
     * @param last when it last did; null for never
     * @param latest the latest few
     */
    record Tally(long count, long of, @Nullable Instant last, List<ActionRow> latest) {}

    Recent recent(Reader reader, Instant now) {
        var since = now.minus(WINDOW);
        List<ActionRow> rows = new ArrayList<>();
        String cursor = null;
        do {
            var page = actions.find(reader, new ActionFilter(Set.of(), null, null, null, null, null, PAGE, cursor));
            for (var row : page.items()) {
                if (row.requestedAt().isBefore(since)) {
                    return new Recent(List.copyOf(rows), true);
                }
                rows.add(row);
            }
            cursor = page.nextCursor();
        } while (cursor != null && rows.size() < MOST);
        return new Recent(List.copyOf(rows), cursor == null);
    }

    private static boolean wasAsked(Policy policy, ActionRow row) {
        var inputs = row.verdict().inputs();
        return inputs == null || inputs.policies().stream().anyMatch(asked -> asked.policyId().equals(policy.id()));
    }

    private static boolean spokeUp(Policy policy, ActionRow row) {
        var verdict = row.verdict();
        if (verdict.standing() != null && policy.name().equals(verdict.standing().policy())) {
            return true;
        }
        Stream<Finding> findings = policy.definition().mode() == Mode.SHADOW
                ? Objects.requireNonNullElse(verdict.shadow(), List.<Finding>of()).stream()
                : Stream.concat(verdict.violations().stream(), verdict.warnings().stream());
        return findings.anyMatch(finding -> policy.name().equals(finding.policy()));
    }
}
