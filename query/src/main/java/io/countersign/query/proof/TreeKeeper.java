package io.countersign.query.proof;

import io.countersign.command.store.api.Head;
import io.countersign.command.store.api.RawLog;
import io.countersign.query.action.api.Actions;
import io.countersign.query.proof.Chains.Leaf;
import io.countersign.query.proof.api.TreeBroken;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets the tree follow the log, a little behind, on whichever node comes first; appends never wait for it. Signs a checkpoint after so many
 * events, after a while, and after people have decided.
 *
 * <p>When log and tree do not fit, it stops and says so. It never takes a leaf back and never starts anew.
 */
final class TreeKeeper implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(TreeKeeper.class);
    private static final int BATCH = 20_000;
    private static final int EVENTS_BETWEEN_CHECKPOINTS = 1_000;
    private static final Duration TIME_BETWEEN_CHECKPOINTS = Duration.ofSeconds(60);
    private static final Set<String> DECISIONS = Set.of("action.approved", "action.approval_given", "action.denied", "action.outcome_resolved");
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final RawLog log;
    private final Head head;
    private final TreeStore store;
    private final SigningKeys keys;
    private final List<Anchor> anchors;
    private final Clock clock;
    private final TransactionTemplate transaction;
    private @Nullable Growth grown;
    private volatile @Nullable String broken;
    private volatile CountDownLatch stop = new CountDownLatch(0);
    private @Nullable Thread thread;

    /** Where the tree stands, so that the next batch need not read it again. */
    private static final class Growth {

        private final Frontier frontier;
        private final Chains chains;
        private @Nullable Checkpoint last;

        Growth(Frontier frontier, Chains chains, @Nullable Checkpoint last) {
            this.frontier = frontier;
            this.chains = chains;
            this.last = last;
        }

        long unsigned() {
            return frontier.size() - (last == null ? 0 : last.size());
        }
    }

    private record Batch(int events, List<Anchor.Signed> signed) {}

    TreeKeeper(RawLog log, Head head, TreeStore store, SigningKeys keys, List<Anchor> anchors, Clock clock,
            PlatformTransactionManager transactions) {
        this.log = log;
        this.head = head;
        this.store = store;
        this.keys = keys;
        this.anchors = List.copyOf(anchors);
        this.clock = clock;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public void start() {
        CountDownLatch until = new CountDownLatch(1);
        stop = until;
        thread = Thread.ofPlatform().name("proof-tree").daemon().start(() -> follow(until));
    }

    private void follow(CountDownLatch until) {
        try {
            do {
                while (until.getCount() > 0 && growQuietly() == BATCH) {
                    // more is waiting
                }
            } while (!until.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int growQuietly() {
        try {
            int events = grow(false, false);
            broken = null;
            return events;
        } catch (TreeBroken e) {
            if (!String.valueOf(e.getMessage()).equals(broken)) {
                LOG.error("The proof tree does not fit the log: {}", e.getMessage());
            }
            broken = e.getMessage();
        } catch (DataAccessException | TransactionException e) {
            LOG.debug("The proof tree could not grow; trying again shortly", e);
        } catch (RuntimeException e) {
            LOG.warn("The proof tree could not grow; trying again shortly", e);
        }
        return 0;
    }

    /** Why the tree does not grow; empty when all is well. */
    Optional<String> broken() {
        return Optional.ofNullable(broken);
    }

    /**
     * Waits until an event is in the tree, by growing it.
     *
     * @throws TreeBroken when log and tree do not fit
     * @throws Actions.Lagging when there are too many events before it to wait for
     */
    void reach(long index) {
        for (int batches = 0; store.size() <= index; batches++) {
            if (batches == 1_000) {
                throw new Actions.Lagging("The proof tree is behind the log; try again shortly.");
            }
            grow(true, false);
        }
    }

    /** A signed checkpoint over at least so many events; signs one if there is none. */
    Note covering(long size) {
        reach(size - 1);
        Optional<Note> signed = store.latest(size);
        if (signed.isEmpty()) {
            grow(true, true);
            signed = store.latest(size);
        }
        return signed.orElseThrow(() -> new TreeBroken("No checkpoint covers " + size + " events."));
    }

    /** Lets a new key sign from now on, beginning with a checkpoint. */
    VerifierKey rotate() {
        VerifierKey key = transaction.execute(status -> {
            store.lock();
            return keys.rotate();
        });
        grow(true, true);
        return key;
    }

    /** Takes in one batch; answers how many events it had. */
    private synchronized int grow(boolean wait, boolean sign) {
        Growth before = grown;
        grown = null; // what is under way is forgotten when it fails
        Growth[] after = {before};
        Batch batch = transaction.execute(status -> {
            if (wait) {
                store.lock();
            } else if (!store.tryLock()) {
                return new Batch(0, List.of()); // another node is at it
            }
            store.relax();
            long size = store.size();
            Growth growth = before != null && before.frontier.size() == size ? before : load(size);
            after[0] = growth;
            List<Anchor.Signed> signed = new ArrayList<>();
            boolean decided = take(growth, signed);
            long events = growth.frontier.size() - size;
            if (events == 0 && head.index() + 1 < size) {
                throw new TreeBroken("The log has %d events, the tree has %d leaves.".formatted(head.index() + 1, size));
            }
            if (growth.unsigned() > 0 && (sign || decided || isOverdue(growth.last))) {
                signed.add(sign(growth, keys.signer()));
            }
            if (!signed.isEmpty()) {
                store.insist();
            }
            return new Batch((int) events, signed);
        });
        grown = after[0];
        anchor(batch.signed());
        return batch.events();
    }

    private boolean isOverdue(@Nullable Checkpoint last) {
        return last == null || !clock.instant().isBefore(last.time().plus(TIME_BETWEEN_CHECKPOINTS));
    }

    /** Adds the leaves of the next events, and a checkpoint for every so many. Answers whether a person's decision is among them. */
    private boolean take(Growth growth, List<Anchor.Signed> signed) {
        List<Leaf> leaves = new ArrayList<>();
        List<TreeStore.Node> nodes = new ArrayList<>();
        boolean decided = false;
        SigningKeys.Signer signer = null;
        try (RawLog.Scan log = this.log.scan(growth.frontier.size(), BATCH)) {
            for (RawLog.Packed row = log.next(); row != null; row = leaves.size() < BATCH ? log.next() : null) {
                if (row.index() != growth.frontier.size()) {
                    throw new TreeBroken("Event %d is missing from the log.".formatted(growth.frontier.size()));
                }
                Leaf leaf = growth.chains.add(row);
                leaves.add(leaf);
                growth.frontier.add(leaf.hash(), (level, position, hash) -> nodes.add(new TreeStore.Node(level, position, hash)));
                decided |= DECISIONS.contains(row.name());
                if (growth.unsigned() >= EVENTS_BETWEEN_CHECKPOINTS) {
                    signer = signer == null ? keys.signer() : signer;
                    signed.add(sign(growth, signer));
                }
            }
        }
        if (!leaves.isEmpty()) {
            store.add(leaves, nodes);
        }
        return decided;
    }

    private Anchor.Signed sign(Growth growth, SigningKeys.Signer signer) {
        Checkpoint last = growth.last;
        Checkpoint checkpoint = new Checkpoint(signer.origin(), growth.frontier.size(), growth.frontier.root(),
                clock.instant().truncatedTo(ChronoUnit.MICROS), last == null ? 0 : last.size(), last == null ? null : last.root(),
                growth.chains.pseudonymous());
        Note note = signer.sign(checkpoint.text());
        store.add(checkpoint, note);
        growth.last = checkpoint;
        return new Anchor.Signed(checkpoint, note);
    }

    private Growth load(long size) {
        MerkleTree tree = new MerkleTree(store);
        Checkpoint last = store.latest(0).map(note -> Checkpoint.parse(note.text())).orElse(null);
        if (last != null && last.size() > size) {
            throw new TreeBroken("A checkpoint covers %d events, the tree has %d leaves.".formatted(last.size(), size));
        }
        if (last != null && !Arrays.equals(tree.root(last.size()), last.root())) {
            throw new TreeBroken("The tree of the first %d events is not the one that was signed.".formatted(last.size()));
        }
        return new Growth(tree.frontier(size), new Chains(store.heads()), last);
    }

    private void anchor(List<Anchor.Signed> signed) {
        for (Anchor anchor : signed.isEmpty() ? List.<Anchor>of() : anchors) {
            try {
                anchor.write(signed);
                store.anchored(signed.stream().map(it -> it.checkpoint().size()).toList(), anchor.kind(), clock.instant());
            } catch (IOException e) {
                LOG.warn("The checkpoint of {} events could not be written to the {} anchor: {}", signed.getLast().checkpoint().size(),
                        anchor.kind(), e.toString());
            } catch (DataAccessException e) {
                LOG.debug("That a checkpoint was anchored could not be noted", e);
            }
        }
    }

    @Override
    public void stop() {
        stop.countDown();
        Thread running = thread;
        if (running != null) {
            try {
                running.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return stop.getCount() > 0;
    }

    /** Before the web server, and until after it. */
    @Override
    public int getPhase() {
        return 0;
    }
}
