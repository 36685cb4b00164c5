package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.query.proof.Chains.Leaf;
import io.countersign.query.proof.Checkpoint.Head;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes leaves, chains and tree from events and compares them with what was claimed and signed. Stops at the first event that is wrong;
 * where only a stretch can be told, the stretch runs from the last checkpoint that was right.
 */
final class LogCheck {

    private final @Nullable String origin;
    private final Signatures signatures;
    private final Chains chains = new Chains();
    private final Frontier frontier = new Frontier();
    private final Frontier.Nodes nodes;
    private final StubCheck stubs = new StubCheck();
    private Predicate<RawLog.Packed> mayBeStub = row -> false;
    private final Deque<Witness> witnesses = new ArrayDeque<>();
    private long sound;
    private long signed;
    private long chained;
    private long anchored;
    private @Nullable Fault fault;

    /** What is wrong, and where: from {@code first}, before {@code until}. */
    record Fault(long first, long until, String reason) {}

    /**
     * A signed checkpoint that must fit the log.
     *
     * @param checkpoint null when it cannot be understood
     * @param chained whether it stands in the one row of checkpoints, where each names the one before
     */
    record Witness(@Nullable Checkpoint checkpoint, @Nullable Note note, boolean chained, String where) {

        static Witness of(String note, boolean chained, String where) {
            try {
                Note decoded = Note.decode(note);
                return new Witness(Checkpoint.parse(decoded.text()), decoded, chained, where);
            } catch (IllegalArgumentException e) {
                return new Witness(null, null, chained, where);
            }
        }

        long size() {
            return checkpoint == null ? 0 : checkpoint.size();
        }
    }

    /** @param origin name of the log that checkpoints must speak of; null when that is not known */
    LogCheck(@Nullable String origin, Signatures signatures, Frontier.Nodes nodes) {
        this.origin = origin;
        this.signatures = signatures;
        this.nodes = nodes;
    }

    /** Checkpoints that will be compared when as many events have been seen. Smallest first, none of them for fewer events than seen. */
    void expect(List<Witness> more) {
        witnesses.addAll(more);
        compare();
    }

    /** A checkpoint for exactly the events seen so far. */
    void expectNow(Witness witness) {
        if (fault == null) {
            compare(witness);
        }
    }

    /** The next event, and the hash of its leaf as it was recorded; null when there is none. */
    void event(RawLog.Row row, byte @Nullable [] claimed) {
        event(row.packed(), claimed);
    }

    /** The same. */
    void event(RawLog.Packed row, byte @Nullable [] claimed) {
        long index = frontier.size();
        if (row.index() != index) {
            fault(index, index + 1, "Event %d is missing.".formatted(index));
            return;
        }
        Leaf leaf = chains.add(row);
        if (claimed == null) {
            fault(index, index + 1, "Event %d has no leaf in the tree.".formatted(index));
        } else if (Arrays.equals(leaf.hash(), claimed)) {
            if (!stubs.isEmpty() && row.name().equals(StubCheck.ARCHIVED)) {
                stubs.archived(row).ifPresent(wrong -> fault(wrong.first(), wrong.until(), wrong.reason()));
            }
            add(claimed);
        } else if (mayBeStub.test(row)) {
            chains.recorded(leaf, claimed);
            stubs.add(row);
            add(claimed);
        } else {
            fault(index, index + 1, "Event %d is not what its leaf was made of.".formatted(index));
        }
    }

    /** Which events need not be whole because a later one calls them archived. None unless this is called. */
    void letStubsBe(Predicate<RawLog.Packed> which) {
        mayBeStub = which;
    }

    /** A stub, as whoever wrote it says, and the hash of the leaf of the whole event. */
    void stub(RawLog.Row row, byte[] claimed) {
        Predicate<RawLog.Packed> before = mayBeStub;
        mayBeStub = stub -> true;
        event(row, claimed);
        mayBeStub = before;
    }

    /** Everything was seen: what was taken for a stub must have been called archived by now. */
    void end() {
        stubs.leftOver().ifPresent(wrong -> fault(wrong.first(), wrong.until(), wrong.reason()));
    }

    /** What was seen of archives. */
    StubCheck stubs() {
        return stubs;
    }

    /** The next leaf, of an event that is not ours to see. */
    void foreign(byte[] leaf) {
        add(leaf);
    }

    private void add(byte[] leaf) {
        frontier.add(leaf, nodes);
        compare();
    }

    private void compare() {
        while (fault == null && !witnesses.isEmpty() && witnesses.getFirst().size() <= frontier.size()) {
            compare(witnesses.removeFirst());
        }
    }

    private void compare(Witness witness) {
        Checkpoint checkpoint = witness.checkpoint();
        long size = frontier.size();
        if (checkpoint == null || witness.note() == null || checkpoint.size() != size) {
            fault(sound, size, "A checkpoint %s cannot be understood.".formatted(witness.where()));
        } else if (origin != null && !origin.equals(checkpoint.origin())) {
            fault(0, size, "The checkpoint of %d events %s is of another log, %s.".formatted(size, witness.where(), checkpoint.origin()));
        } else if (!Arrays.equals(checkpoint.root(), frontier.root())) {
            fault(sound, size, "The first %d events are not those that the checkpoint %s was signed for.".formatted(size, witness.where()));
        } else if (!signatures.isSigned(witness.note())) {
            fault(sound, size, "The checkpoint of %d events %s is not signed by a known key.".formatted(size, witness.where()));
        } else if (!agrees(checkpoint.heads())) {
            fault(sound, size, "The checkpoint of %d events %s names other workspaces.".formatted(size, witness.where()));
        } else if (witness.chained() && checkpoint.previousSize() != chained) {
            fault(Math.min(chained, checkpoint.previousSize()), size, "The checkpoint of %d events names the one of %d before it, which is not there."
                    .formatted(size, checkpoint.previousSize()));
        } else {
            sound = size;
            signed = size;
            chained = witness.chained() ? size : chained;
            anchored = witness.chained() ? anchored : size;
        }
    }

    /** Of workspaces that were not seen nothing is known. */
    private boolean agrees(Map<String, Head> claimed) {
        return chains.pseudonymous().entrySet().stream().allMatch(own -> {
            Head head = claimed.get(own.getKey());
            return head != null && head.count() == own.getValue().count() && Arrays.equals(head.leaf(), own.getValue().leaf());
        });
    }

    /** Something else is wrong here. The first fault counts. */
    void fault(long first, long until, String reason) {
        if (fault == null) {
            fault = new Fault(first, Math.max(until, first + 1), reason);
        }
    }

    @Nullable Fault fault() {
        return fault;
    }

    /** How many events were found to be as recorded. */
    long checked() {
        return frontier.size();
    }

    /** How many of them a signed checkpoint covers. */
    long signed() {
        return signed;
    }

    /** How many of them are covered by a checkpoint that was also written down elsewhere. */
    long anchored() {
        return anchored;
    }

    /** The largest number of events that some checkpoint speaks of and that were not there; 0 for none. */
    long promised() {
        return witnesses.stream().mapToLong(Witness::size).filter(size -> size > frontier.size()).max().orElse(0);
    }
}
