package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.query.proof.Checkpoint.Head;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The chain of each workspace: every leaf holds the hash of the one before it, and how many there were. */
final class Chains {

    private static final byte[] NOTHING = new byte[0];

    private final Hashing hashing = new Hashing();
    private final Map<String, Head> heads;

    Chains() {
        this(Map.of());
    }

    Chains(Map<String, Head> heads) {
        this.heads = new HashMap<>(heads);
    }

    /** A leaf and its place among those of its workspace. */
    record Leaf(long index, String workspace, long number, byte[] hash) {}

    /** Takes the next event into the chain of its workspace. */
    Leaf add(RawLog.Row row) {
        return add(row.packed());
    }

    /** The same. */
    Leaf add(RawLog.Packed event) {
        String workspace = Entry.workspace(event.bytes(), event.metadata());
        Head head = heads.get(workspace);
        long number = head == null ? 0 : head.count();
        byte[] hash = hashing.leaf(Entry.place(workspace, number, head == null ? NOTHING : head.leaf()), event.bytes(), event.start());
        heads.put(workspace, new Head(number + 1, hash));
        return new Leaf(event.index(), workspace, number, hash);
    }

    /** The leaf that was last added is another: the one that was recorded of it. */
    void recorded(Leaf leaf, byte[] hash) {
        heads.put(leaf.workspace(), new Head(leaf.number() + 1, hash));
    }

    /** The last leaf of each workspace, as checkpoints name them. */
    Map<String, Head> pseudonymous() {
        return heads.entrySet().stream().collect(Collectors.toMap(head -> Checkpoint.pseudonym(head.getKey()), Map.Entry::getValue));
    }
}
