package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.query.proof.Chains.Leaf;
import io.countersign.query.proof.api.Proofs.ProvedEntry;
import io.countersign.query.proof.api.TreeBroken;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows of single events that they are in the tree. Events that are not those of their leaves it does not prove. */
final class Prover {

    private final TreeStore store;
    private final MerkleTree tree;
    private final Hashing hashing = new Hashing();

    Prover(TreeStore store) {
        this.store = store;
        this.tree = new MerkleTree(store);
    }

    /**
     * Ways from the leaves of these events to the root of the first {@code size} leaves.
     *
     * @throws TreeBroken when one of them is not what its leaf was made of
     */
    List<ProvedEntry> prove(List<RawLog.Row> rows, long size) {
        Map<Long, Leaf> leaves = store.leaves(rows.stream().map(RawLog.Row::index).toList()).stream()
                .collect(Collectors.toMap(Leaf::index, leaf -> leaf));
        return rows.stream().map(row -> prove(row, leaves.get(row.index()), size)).toList();
    }

    private ProvedEntry prove(RawLog.Row row, @Nullable Leaf leaf, long size) {
        if (leaf == null) {
            throw new TreeBroken("Leaf " + row.index() + " is missing.");
        }
        byte[] previous = leaf.number() == 0 ? new byte[0] : store.leaf(leaf.workspace(), leaf.number() - 1).map(Leaf::hash)
                .orElseThrow(() -> new TreeBroken("The leaf before " + row.index() + " is missing."));
        if (!Arrays.equals(leaf(hashing, leaf.workspace(), leaf.number(), previous, row), leaf.hash())) {
            throw new TreeBroken("Event " + row.index() + " is not what its leaf was made of.");
        }
        return new ProvedEntry(row.index(), leaf.number(), Bundle.base64(previous), Bundle.columns(row),
                tree.inclusion(row.index(), size).stream().map(Base64.getEncoder()::encodeToString).toList());
    }

    /** The hash of the leaf of an event at a place among those of its workspace. */
    static byte[] leaf(Hashing hashing, String workspace, long number, byte[] previous, RawLog.Row row) {
        RawLog.Packed packed = row.packed();
        return hashing.leaf(Entry.place(workspace, number, previous), packed.bytes(), packed.start());
    }
}
