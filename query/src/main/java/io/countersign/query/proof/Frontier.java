package io.countersign.query.proof;

import java.util.ArrayList;
import java.util.List;

/** The right edge of a growing tree: the roots of its complete subtrees, the largest first. Enough to add leaves and to tell the root. */
final class Frontier {

    /** Levels that are kept are this many doublings apart. */
    static final int STEP = 8;

    private final Hashing hashing = new Hashing();
    private final List<byte[]> roots;
    private long size;

    /** Is told of each subtree of a kept level when it is complete. */
    interface Nodes {
        void complete(int level, long position, byte[] hash);
    }

    Frontier() {
        this(0, List.of());
    }

    /** @param roots one for each bit of the size, the largest subtree first */
    Frontier(long size, List<byte[]> roots) {
        if (roots.size() != Long.bitCount(size)) {
            throw new IllegalArgumentException("A tree of %d leaves has not %d complete subtrees".formatted(size, roots.size()));
        }
        this.size = size;
        this.roots = new ArrayList<>(roots);
    }

    void add(byte[] leaf, Nodes nodes) {
        byte[] root = leaf;
        int height = 0;
        for (long rest = size; (rest & 1) == 1; rest >>>= 1) {
            root = hashing.node(roots.removeLast(), root);
            height++;
            if (height % STEP == 0) {
                nodes.complete(height / STEP, size >>> height, root);
            }
        }
        roots.add(root);
        size++;
    }

    long size() {
        return size;
    }

    /** The root of the tree; for no leaves the hash of nothing. */
    byte[] root() {
        if (size == 0) {
            return hashing.plain(new byte[0]);
        }
        byte[] root = roots.getLast();
        for (int i = roots.size() - 2; i >= 0; i--) {
            root = hashing.node(roots.get(i), root);
        }
        return root;
    }
}
