package io.countersign.query.backtest;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.store.api.Beginnings;
import io.countersign.command.store.api.Head;
import io.countersign.query.backtest.api.Backtest;
import io.countersign.query.backtest.api.Backtests;
import io.countersign.query.backtest.api.ChangedAction;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.context.SmartLifecycle;

/** The backtests of this node. Ended before anything they read from is closed. */
final class RecentBacktests implements Backtests, SmartLifecycle {

    private static final int KEPT = 20;
    private static final int AT_ONCE = 2;

    /** Somebody waits for it; and of those who wait at once, one gets all of it, so that editors left open do not keep a node busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int THREADS = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 2);

    private final Beginnings log;
    private final Head head;
    private final PastFacts past;
    private final HumanDecisions humans;
    private final RuleCompiler compiler;
    private final Clock clock;
    private final Map<String, BacktestRun> runs = new LinkedHashMap<>();
    private final Semaphore looking = new Semaphore(1);
    private volatile boolean running;

    RecentBacktests(Beginnings log, Head head, PastFacts past, HumanDecisions humans, RuleCompiler compiler, Clock clock) {
        this.log = log;
        this.head = head;
        this.past = past;
        this.humans = humans;
        this.compiler = compiler;
        this.clock = clock;
    }

    @Override
    public Backtest start(String id, String workspace, Plan plan) {
        BacktestRun run = new BacktestRun(id, workspace, plan, candidates(workspace, plan), log, head.index(), past, humans, clock);
        synchronized (runs) {
            if (runs.values().stream().filter(other -> !other.hasEnded()).count() >= AT_ONCE) {
                throw new Refused(RefusalCode.RATE_LIMITED, "Two backtests are running on this node. Wait for one, or cancel it.",
                        Map.of("retry_after", 5));
            }
            runs.values().stream().filter(BacktestRun::hasEnded).limit(Math.max(0, runs.size() - KEPT + 1)).toList()
                    .forEach(oldest -> runs.values().remove(oldest));
            runs.put(id, run);
        }
        int threads = run.threads(THREADS);
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().daemon().name("backtest-" + i).priority(Thread.MIN_PRIORITY).start(run::work);
        }
        return run.now();
    }

    private Candidates candidates(String workspace, Plan plan) {
        try {
            return new Candidates(workspace, plan.policies(), compiler);
        } catch (InvalidPolicy e) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The policy is not valid: " + e.getMessage(), Map.of("details", e.faults()));
        }
    }

    private Optional<BacktestRun> run(String workspace, String id) {
        synchronized (runs) {
            return Optional.ofNullable(runs.get(id)).filter(run -> run.workspace().equals(workspace));
        }
    }

    @Override
    public List<Backtest> recent(String workspace) {
        List<BacktestRun> own;
        synchronized (runs) {
            own = runs.values().stream().filter(run -> run.workspace().equals(workspace)).toList();
        }
        return own.reversed().stream().map(BacktestRun::now).toList();
    }

    @Override
    public Optional<Plan> plan(String workspace, String id) {
        return run(workspace, id).map(BacktestRun::plan);
    }

    @Override
    public Catch caught(String workspace, PolicyDefinition draft, Duration window) {
        Candidates candidates = new Candidates(workspace, List.of(draft), compiler);
        boolean alone = looking.tryAcquire();
        try {
            return new EndOfTheLog(log, head.index(), past, candidates, workspace, clock.instant().minus(window),
                    alone ? PATIENCE : Duration.ZERO).caught();
        } finally {
            if (alone) {
                looking.release();
            }
        }
    }

    @Override
    public Optional<Backtest> byId(String workspace, String id) {
        return run(workspace, id).map(BacktestRun::now);
    }

    @Override
    public Optional<Backtest> await(String workspace, String id, Duration atMost) {
        Optional<BacktestRun> run = run(workspace, id);
        run.ifPresent(it -> it.await(atMost));
        return run.map(BacktestRun::now);
    }

    @Override
    public Optional<Backtest> cancel(String workspace, String id) {
        Optional<BacktestRun> run = run(workspace, id);
        run.ifPresent(BacktestRun::cancel);
        run.ifPresent(it -> it.await(Duration.ofSeconds(5)));
        return run.map(BacktestRun::now);
    }

    @Override
    public List<ChangedAction> changed(String workspace, String id) {
        return run(workspace, id).map(BacktestRun::changed).orElse(List.of());
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        List<BacktestRun> open;
        synchronized (runs) {
            open = List.copyOf(runs.values());
        }
        open.forEach(BacktestRun::cancel);
        open.forEach(run -> run.await(Duration.ofSeconds(5)));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server's own graceful stop, which would otherwise wait for those who follow one. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
