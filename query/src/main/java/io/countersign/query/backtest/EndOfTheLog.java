package io.countersign.query.backtest;

import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.Beginnings;
import io.countersign.query.backtest.api.Backtests.Catch;
import io.countersign.query.backtest.api.Backtests.Caught;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The newest actions, looked at while somebody waits. */
final class EndOfTheLog {

    private static final int EVENTS = 4_000;
    private static final int BITE = 512;
    private static final int NAMED = 5;

    private final Beginnings log;
    private final long head;
    private final Keyring keyring;

    EndOfTheLog(Beginnings log, long head, Keyring keyring) {
        this.log = log;
        this.head = head;
        this.keyring = keyring;
    }

    Catch caught(String workspace, PolicyDefinition draft, RuleCompiler compiler, Instant since) {
        Candidates candidates = new Candidates(workspace, List.of(draft), compiler);
        ReplayedRates rates = new ReplayedRates();
        Deque<Caught> newest = new ArrayDeque<>();
        long first = log.firstAt(since) - 1;
        long after = Math.max(first, head - EVENTS);
        long looked = 0;
        long count = 0;
        for (List<Past> bite = next(after); bite.size() > 1; bite = next(after)) {
            after = bite.getLast().index();
            for (int i = 0; i + 1 < bite.size(); i++) {
                Optional<PastAction> pair = bite.get(i).with(bite.get(i + 1))
                        .filter(action -> action.request().workspace().equals(workspace) && !action.at().isBefore(since));
                Optional<Facts> facts = pair.flatMap(action -> action.facts(keyring));
                if (facts.isEmpty()) {
                    continue;
                }
                PastAction action = pair.orElseThrow();
                looked++;
                Rulebook.Rates counted = candidates.isCounting() ? rates.of(facts.get(), action.at()) : Rulebook.Rates.NONE;
                String rule = candidates.judge(action, facts.get(), counted).rule();
                if (rule != null) {
                    count++;
                    newest.addFirst(new Caught(action.request().actionId(), action.request().actionType(), action.at(), rule));
                    if (newest.size() > NAMED) {
                        newest.removeLast();
                    }
                }
            }
        }
        return new Catch(looked, first >= head - EVENTS, count, List.copyOf(newest));
    }

    private List<Past> next(long after) {
        List<Past> bite = after >= head ? List.of() : Past.of(log.beginnings("Action", after, head, BITE));
        return bite.size() > 1 && bite.getLast().begins() ? bite.subList(0, bite.size() - 1) : bite;
    }
}
