package io.countersign.query.proof;

import io.countersign.command.store.api.Head;
import io.countersign.command.store.api.RawLog;
import io.countersign.query.proof.LogCheck.Witness;
import io.countersign.query.proof.api.TreeBroken;
import io.countersign.query.proof.api.Verification;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks the log in the database against tree, checkpoints and anchors. The database sends rows and leaves while they are hashed here. */
final class LogVerifier {

    private static final int STRETCH = 20_000;
    private static final int AT_ONCE = 100_000; // half a second's worth, so no statement keeps the database from tidying up for long

    private final RawLog log;
    private final Head head;
    private final TreeStore store;
    private final LongConsumer reach;
    private final SigningKeys keys;
    private final List<Anchor> anchors;
    private final Clock clock;
    private final @Nullable Archives archives;

    /** @param reach lets the tree grow until it has an event, or fails when it cannot */
    LogVerifier(RawLog log, Head head, TreeStore store, LongConsumer reach, SigningKeys keys, List<Anchor> anchors, Clock clock,
            @Nullable Archives archives) {
        this.log = log;
        this.head = head;
        this.store = store;
        this.reach = reach;
        this.keys = keys;
        this.anchors = List.copyOf(anchors);
        this.clock = clock;
        this.archives = archives;
    }

    Verification verify() {
        long before = head.index();
        Verification found = verifyOnce();
        // What was archived while this was under way may be stubs whose event came after the end of what was looked at.
        return found.integrity().valid() || head.index() == before ? found : verifyOnce();
    }

    private Verification verifyOnce() {
        long began = System.nanoTime();
        long last = head.index();
        boolean follows = true;
        try {
            reach.accept(last);
        } catch (TreeBroken e) {
            follows = false; // then every event there is must be looked at, not only those in the tree
        }
        List<Witness> witnesses = new ArrayList<>(store.notes().stream().map(note -> Witness.of(note, true, "in the database")).toList());
        String unreadable = readAnchors(witnesses);
        witnesses.sort(Comparator.comparingLong(Witness::size));
        long leaves = store.size();
        long end = follows ? leaves : Math.max(leaves, last + 1);
        List<TreeStore.Node> nodes = new ArrayList<>();
        try (Signatures signatures = new Signatures(keys.verifiers())) {
            signatures.ahead(witnesses.stream().map(Witness::note).filter(Objects::nonNull).toList());
            LogCheck check = new LogCheck(keys.origin().orElse(null), signatures,
                    (level, position, hash) -> nodes.add(new TreeStore.Node(level, position, hash)));
            check.letStubsBe(new Archivable());
            check.expect(witnesses);
            long rows = check(check, nodes, end);
            return report(check, unreadable, rows, leaves, (System.nanoTime() - began) / 1e9);
        }
    }

    private @Nullable String readAnchors(List<Witness> witnesses) {
        for (Anchor anchor : anchors) {
            try {
                anchor.read().forEach(note -> witnesses.add(Witness.of(note, false, "in the " + anchor.kind() + " anchor")));
            } catch (IOException e) {
                return "The " + anchor.kind() + " anchor cannot be read.";
            }
        }
        return null;
    }

    /** Answers how many events there are, wrong ones included. */
    private long check(LogCheck check, List<TreeStore.Node> nodes, long end) {
        long next = 0;
        try (RawLog.Scan rows = log.scan(0, AT_ONCE); TreeStore.LeafScan leaves = store.scan(0, AT_ONCE)) {
            for (RawLog.Packed row = rows.next(); row != null && row.index() < end; row = rows.next()) {
                check.event(row, leaves.hash(row.index()));
                next = row.index() + 1;
                if (check.checked() % STRETCH == 0) {
                    compare(check, nodes);
                }
                if (check.fault() != null) {
                    break;
                }
            }
        }
        compare(check, nodes);
        check.end();
        if (check.fault() == null && archives != null) {
            check.stubs().archives().forEach((name, archive) -> archives.check(name, archive)
                    .ifPresent(wrong -> check.fault(wrong.first(), wrong.until(), wrong.reason())));
        }
        return check.fault() == null ? next : Math.max(next, head.index() + 1);
    }

    /** Whether a later event of the log calls one archived. Asked only of events that are not whole, so that most checks never look. */
    private final class Archivable implements Predicate<RawLog.Packed> {

        private @Nullable Map<String, Long> archived;

        @Override
        public boolean test(RawLog.Packed row) {
            Map<String, Long> known = archived;
            if (known == null) {
                known = log.archived();
                archived = known;
            }
            Long by = known.get(row.aggregateId());
            return by != null && row.sequence() < by;
        }
    }

    private void compare(LogCheck check, List<TreeStore.Node> nodes) {
        for (int level : nodes.stream().mapToInt(TreeStore.Node::level).distinct().toArray()) {
            List<TreeStore.Node> computed = nodes.stream().filter(node -> node.level() == level).toList();
            List<byte[]> stored = store.read(level, computed.getFirst().position(), computed.size());
            for (int i = 0; i < computed.size(); i++) {
                if (i >= stored.size() || !Arrays.equals(computed.get(i).hash(), stored.get(i))) {
                    long leaves = 1L << (Frontier.STEP * level);
                    check.fault(computed.get(i).position() * leaves, (computed.get(i).position() + 1) * leaves,
                            "The tree over these events was altered.");
                }
            }
        }
        nodes.clear();
    }

    private Verification report(LogCheck check, @Nullable String unreadable, long rows, long leaves, double seconds) {
        LogCheck.Fault fault = check.fault();
        long promised = Math.max(leaves, check.promised());
        boolean cut = promised > rows;
        Verification.Integrity integrity = fault == null
                ? new Verification.Integrity(true, null, null, null)
                : new Verification.Integrity(false, fault.first(), fault.until(), fault.reason());
        Verification.Completeness completeness = cut
                ? new Verification.Completeness(false, rows, "The log ends after %d events, but %d are known to have been there."
                        .formatted(rows, promised))
                : unreadable != null ? new Verification.Completeness(false, null, unreadable)
                : new Verification.Completeness(true, null, anchors.isEmpty()
                        ? "As far as the checkpoints in the database tell; there is no anchor outside it."
                        : "Every event that a checkpoint here or in an anchor speaks of is there.");
        return new Verification(clock.instant(), check.checked(), seconds, integrity,
                new Verification.Anchored(check.anchored(), check.signed(), anchors.stream().map(Anchor::kind).toList()), completeness,
                archived(check.stubs()));
    }

    private Verification.Archived archived(StubCheck stubs) {
        List<String> away = stubs.archives().keySet().stream().filter(name -> archives == null || archives.find(name).isEmpty()).toList();
        return new Verification.Archived(stubs.stubs(), stubs.archives().size(), away.stream().limit(100).toList());
    }
}
