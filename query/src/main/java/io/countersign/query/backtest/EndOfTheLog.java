package io.countersign.query.backtest;

import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.sealing.api.Opener;
import io.countersign.command.store.api.Beginnings;
import io.countersign.command.store.api.EventFeed;
import io.countersign.query.backtest.api.Backtests.Catch;
import io.countersign.query.backtest.api.Backtests.Caught;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The past from its end, looked at while somebody waits. What counts must be looked at in the order of the log, and how much of it there is time
 * for shows only on the way: then a short stretch is looked at first, and after that the longest one that its pace allows.
 */
final class EndOfTheLog {

    private static final int BITE = 512;
    private static final int SHORT_STRETCH = 4_000;
    private static final int NAMED = 5;

    private final Beginnings log;
    private final long head;
    private final PastFacts past;
    private final Candidates candidates;
    private final String workspace;
    private final Instant since;
    private final long first;
    private final long began = System.nanoTime();
    private final long nanos;

    /**
     * @param since beginning of the window
     * @param patience how long to look at most, a bite aside
     */
    EndOfTheLog(Beginnings log, long head, PastFacts past, Candidates candidates, String workspace, Instant since, Duration patience) {
        this.log = log;
        this.head = head;
        this.past = past;
        this.candidates = candidates;
        this.workspace = workspace;
        this.since = since;
        this.first = log.firstAt(since) - 1;
        this.nanos = patience.toNanos();
    }

    Catch caught() {
        return candidates.isCounting() ? inOrder() : newestFirst();
    }

    private long spent() {
        return System.nanoTime() - began;
    }

    private Catch newestFirst() {
        Looked looked = new Looked();
        long upTo = head;
        boolean more = true;
        while (more && (upTo == head || spent() < nanos)) {
            EventFeed.Bite bite = log.newestBeginnings("Action", first, upTo, BITE);
            List<Past> events = Past.of(log, bite);
            looked.at(events, Rates.NONE);
            more = bite.read() == BITE;
            if (more) {
                Past oldest = events.getFirst();
                upTo = oldest.begins() ? oldest.index() - 1 : oldest.index(); // a verdict without its request comes again, with it
            }
        }
        return looked.caught(!more);
    }

    private Catch inOrder() {
        long after = Math.max(first, head - SHORT_STRETCH);
        Looked looked = new Looked();
        stretch(after, Long.MAX_VALUE, looked);
        long spent = Math.max(1, spent());
        long affordable = Math.round(SHORT_STRETCH * 0.8 * (nanos - spent) / spent);
        if (after > first && affordable > SHORT_STRETCH) {
            long further = Math.max(first, head - affordable);
            Looked longer = new Looked();
            if (stretch(further, nanos, longer)) {
                return longer.caught(further == first);
            }
        }
        return looked.caught(after == first);
    }

    /** Looks at all that stands after this index. False when it had to stop before the end. */
    private boolean stretch(long from, long until, Looked looked) {
        ReplayedRates rates = new ReplayedRates();
        long after = from;
        while (after < head) {
            if (spent() > until) {
                return false;
            }
            EventFeed.Bite bite = log.beginnings("Action", after, head, BITE);
            List<Past> events = Past.of(log, bite);
            looked.at(events, rates::of);
            boolean more = bite.read() == BITE;
            after = !more ? head : events.getLast().begins() ? events.getLast().index() - 1 : events.getLast().index();
        }
        return true;
    }

    private interface Rates {

        Rates NONE = (facts, at) -> Rulebook.Rates.NONE;

        Rulebook.Rates of(Facts facts, Instant at);
    }

    /** What was looked at so far, in whatever order. */
    private final class Looked {

        private final List<Caught> newest = new ArrayList<>();
        private Instant oldest = Instant.MAX;
        private long looked;
        private long count;

        void at(List<Past> events, Rates rates) {
            Opener opener = past.opener(events, candidates.need());
            for (int i = 0; i + 1 < events.size(); i++) {
                events.get(i).with(events.get(i + 1)).filter(action -> action.request().workspace().equals(workspace) && !action.at().isBefore(since))
                        .ifPresent(action -> at(action, rates, opener));
            }
            newest.sort(Comparator.comparing(Caught::requestedAt).reversed());
            newest.subList(Math.min(NAMED, newest.size()), newest.size()).clear();
        }

        private void at(PastAction action, Rates rates, Opener opener) {
            oldest = action.at().isBefore(oldest) ? action.at() : oldest;
            Optional<Facts> facts = past.of(action, candidates.need(), opener);
            if (facts.isEmpty()) {
                return;
            }
            looked++;
            String rule = candidates.judge(action, facts.get(), rates.of(facts.get(), action.at())).rule();
            if (rule != null) {
                count++;
                newest.add(new Caught(action.request().actionId(), action.request().actionType(), action.at(), rule));
            }
        }

        Catch caught(boolean all) {
            return new Catch(looked, all || oldest.equals(Instant.MAX) ? since : oldest, all, count, newest);
        }
    }
}
