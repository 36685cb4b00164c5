package io.countersign.query.backtest;

import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.sealing.api.Opener;
import io.countersign.command.store.api.Beginnings;
import io.countersign.command.store.api.EventFeed;
import io.countersign.query.backtest.api.Backtest;
import io.countersign.query.backtest.api.Backtest.Change;
import io.countersign.query.backtest.api.Backtest.State;
import io.countersign.query.backtest.api.Backtests.Plan;
import io.countersign.query.backtest.api.ChangedAction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backtest under way. Its threads take bites from the log in turn and judge them side by side, so memory holds one bite a thread whatever
 * the size of the log.
 */
final class BacktestRun {

    private static final Logger LOG = LoggerFactory.getLogger(BacktestRun.class);
    private static final int BITE = 512;
    private static final int ROWS_KEPT = 1_000;
    private static final int OUTCOMES = Outcome.values().length;

    private final String id;
    private final String workspace;
    private final Plan plan;
    private final Candidates candidates;
    private final Beginnings log;
    private final PastFacts past;
    private final HumanDecisions humans;
    private final Clock clock;
    private final Instant since;
    private final Instant startedAt;
    private final ReplayedRates rates = new ReplayedRates();
    private final ReentrantLock reading = new ReentrantLock();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long upTo;
    private long after;
    private volatile boolean stopped;

    // guarded by this
    private final long[] counts = new long[OUTCOMES * OUTCOMES];
    private final List<ChangedAction> contradictions = new ArrayList<>();
    private final List<ChangedAction> others = new ArrayList<>();
    private State state = State.RUNNING;
    private long processed;
    private long total;
    private long contradicted;
    private long notEvaluable;
    private int working;
    private @Nullable Instant finishedAt;
    private @Nullable String error;

    BacktestRun(String id, String workspace, Plan plan, Candidates candidates, Beginnings log, long head, PastFacts past,
            HumanDecisions humans, Clock clock) {
        this.id = id;
        this.workspace = workspace;
        this.plan = plan;
        this.candidates = candidates;
        this.log = log;
        this.past = past;
        this.humans = humans;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.since = startedAt.minus(plan.window());
        this.upTo = head;
        this.after = log.firstAt(since) - 1;
        this.total = humans.count(workspace, since);
    }

    String workspace() {
        return workspace;
    }

    Plan plan() {
        return plan;
    }

    /** How many threads may work at it at the same time. */
    int threads(int wanted) {
        int threads = candidates.isCounting() ? 1 : wanted;
        synchronized (this) {
            working = threads;
        }
        return threads;
    }

    /** The work of one thread, until all is done. */
    void work() {
        try {
            for (List<Past> bite = next(); !bite.isEmpty() && !stopped; bite = next()) {
                judge(bite);
            }
            leave(null);
        } catch (RuntimeException e) {
            LOG.warn("The backtest {} cannot go on", id, e);
            stopped = true;
            leave("It could not go on; the log of the service says why.");
        }
    }

    private List<Past> next() {
        reading.lock();
        try {
            EventFeed.Bite bite = log.beginnings("Action", after, upTo, BITE);
            List<Past> events = Past.of(log, bite);
            after = bite.read() == 0 ? upTo : bite.last();
            if (events.size() > 1 && events.getLast().begins()) {
                events = events.subList(0, events.size() - 1); // its verdict comes with the next bite
                after = events.getLast().index();
            }
            return events;
        } finally {
            reading.unlock();
        }
    }

    private void judge(List<Past> bite) {
        List<Judged> changed = new ArrayList<>();
        long[] own = new long[OUTCOMES * OUTCOMES];
        long seen = 0;
        long erased = 0;
        Opener opener = past.opener(bite, candidates.need());
        for (int i = 0; i + 1 < bite.size(); i++) {
            Optional<PastAction> pair = bite.get(i).with(bite.get(i + 1));
            if (pair.isEmpty() || pair.get().at().isBefore(since) || !pair.get().request().workspace().equals(workspace)) {
                continue;
            }
            PastAction action = pair.get();
            seen++;
            Optional<Facts> facts = past.of(action, candidates.need(), opener);
            if (facts.isEmpty()) {
                erased++;
                continue;
            }
            Rulebook.Rates counted = candidates.isCounting() ? rates.of(facts.get(), action.at()) : Rulebook.Rates.NONE;
            Candidates.Answer answer = candidates.judge(action, facts.get(), counted);
            Outcome from = action.glance().outcome();
            own[from.ordinal() * OUTCOMES + answer.outcome().ordinal()]++;
            if (from != answer.outcome()) {
                changed.add(new Judged(action, from, answer));
            }
        }
        Map<String, String> decisions = humans.of(changed.stream().map(judged -> judged.action().request().actionId()).toList());
        take(own, seen, erased, changed.stream().map(judged -> judged.row(decisions)).toList());
    }

    private record Judged(PastAction action, Outcome from, Candidates.Answer answer) {

        ChangedAction row(Map<String, String> decisions) {
            String human = decisions.get(action.request().actionId());
            Outcome to = answer.outcome();
            boolean contradicts = "approved".equals(human) && to == Outcome.BLOCK
                    || "denied".equals(human) && to.compareTo(Outcome.REQUIRE_APPROVAL) < 0;
            return new ChangedAction(action.request().actionId(), action.request().actionType(), action.at(), from, to, answer.rule(), human,
                    contradicts);
        }
    }

    private synchronized void take(long[] own, long seen, long erased, List<ChangedAction> rows) {
        for (int i = 0; i < own.length; i++) {
            counts[i] += own[i];
        }
        processed += seen;
        notEvaluable += erased;
        for (ChangedAction row : rows) {
            contradicted += row.contradicts() ? 1 : 0;
            List<ChangedAction> to = row.contradicts() ? contradictions : others;
            if (to.size() < ROWS_KEPT) {
                to.add(row);
            }
        }
    }

    private synchronized void leave(@Nullable String failure) {
        if (failure != null) {
            error = failure;
        }
        if (--working == 0) {
            state = error != null ? State.FAILED : stopped ? State.CANCELLED : State.FINISHED;
            total = state == State.FINISHED ? processed : Math.max(total, processed);
            finishedAt = clock.instant();
            ended.countDown();
        }
    }

    void cancel() {
        stopped = true;
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }

    void await(Duration atMost) {
        try {
            boolean over = ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
            LOG.trace("{} waited for, ended: {}", id, over);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized Backtest now() {
        List<Change> changes = new ArrayList<>();
        List<Change> kept = new ArrayList<>();
        long saved = 0;
        long added = 0;
        for (Outcome from : Outcome.values()) {
            for (Outcome to : Outcome.values()) {
                long count = counts[from.ordinal() * OUTCOMES + to.ordinal()];
                if (from == to && count > 0) {
                    kept.add(new Change(from, to, count));
                } else if (count > 0) {
                    changes.add(new Change(from, to, count));
                    saved += from == Outcome.REQUIRE_APPROVAL ? count : 0;
                    added += to == Outcome.REQUIRE_APPROVAL ? count : 0;
                }
            }
        }
        changes.sort(Comparator.comparingLong(Change::count).reversed());
        return new Backtest(id, state, processed, Math.max(total, processed), changes, kept, contradicted, saved, added, notEvaluable,
                startedAt, finishedAt, error);
    }

    synchronized List<ChangedAction> changed() {
        List<ChangedAction> rows = new ArrayList<>(contradictions);
        rows.addAll(others);
        return rows;
    }
}
