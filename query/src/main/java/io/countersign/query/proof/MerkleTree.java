package io.countersign.query.proof;

import io.countersign.query.proof.api.TreeBroken;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Roots and proofs after RFC 6962 over kept hashes: those of the leaves, and every eighth level above them. What lies between is computed.
 * Reads each stretch of 256 hashes once; made for one question.
 */
final class MerkleTree {

    private static final int STRETCH = 1 << Frontier.STEP;

    private final Hashing hashing = new Hashing();
    private final Hashes hashes;
    private final Map<Stretch, List<byte[]>> read = new HashMap<>();

    private record Stretch(int level, long number) {}

    /** Reads kept hashes. */
    interface Hashes {
        /** The hashes of a level from a position on, at most so many, in order and without gaps. */
        List<byte[]> read(int level, long from, int most);
    }

    MerkleTree(Hashes hashes) {
        this.hashes = hashes;
    }

    /** The root of the first leaves. */
    byte[] root(long size) {
        return size == 0 ? hashing.plain(new byte[0]) : root(0, size);
    }

    /** The edge of the first leaves, to go on from. */
    Frontier frontier(long size) {
        List<byte[]> roots = new ArrayList<>();
        long from = 0;
        for (long bit = Long.highestOneBit(size); bit > 0; bit >>>= 1) {
            if ((size & bit) != 0) {
                roots.add(root(from, from + bit));
                from += bit;
            }
        }
        return new Frontier(size, roots);
    }

    /** What leads from a leaf to the root of the first {@code size} leaves, nearest first. */
    List<byte[]> inclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("No leaf %d among %d".formatted(index, size));
        }
        List<byte[]> path = new ArrayList<>();
        inclusion(index, 0, size, path);
        return path;
    }

    private void inclusion(long index, long from, long until, List<byte[]> path) {
        if (until - from == 1) {
            return;
        }
        long middle = from + split(until - from);
        if (index < middle) {
            inclusion(index, from, middle, path);
            path.add(root(middle, until));
        } else {
            inclusion(index, middle, until, path);
            path.add(root(from, middle));
        }
    }

    /** What shows that the tree of {@code size} leaves begins with the tree of {@code earlier}. Empty when they are the same. */
    List<byte[]> consistency(long earlier, long size) {
        if (earlier < 1 || earlier > size) {
            throw new IllegalArgumentException("No tree of %d within one of %d".formatted(earlier, size));
        }
        List<byte[]> path = new ArrayList<>();
        consistency(earlier, 0, size, true, path);
        return path;
    }

    private void consistency(long earlier, long from, long until, boolean known, List<byte[]> path) {
        if (earlier == until) {
            if (!known) {
                path.add(root(from, until));
            }
            return;
        }
        long middle = from + split(until - from);
        if (earlier <= middle) {
            consistency(earlier, from, middle, known, path);
            path.add(root(middle, until));
        } else {
            consistency(earlier, middle, until, false, path);
            path.add(root(from, middle));
        }
    }

    /** Root of the leaves of a range that starts at a multiple of the power of two at or above its length. */
    private byte[] root(long from, long until) {
        long length = until - from;
        if (Long.bitCount(length) == 1) {
            return subtree(Long.numberOfTrailingZeros(length), from / length);
        }
        long middle = from + split(length);
        return hashing.node(root(from, middle), root(middle, until));
    }

    private byte[] subtree(int height, long position) {
        int level = height / Frontier.STEP;
        int above = height % Frontier.STEP;
        long first = position << above;
        List<byte[]> stretch = read.computeIfAbsent(new Stretch(level, first / STRETCH),
                it -> hashes.read(it.level(), it.number() * STRETCH, STRETCH));
        int start = (int) (first % STRETCH);
        if (stretch.size() < start + (1 << above)) {
            throw new TreeBroken("The tree has no hash at level %d, position %d.".formatted(level, first + stretch.size() - start));
        }
        List<byte[]> roots = new ArrayList<>(stretch.subList(start, start + (1 << above)));
        while (roots.size() > 1) {
            List<byte[]> joined = new ArrayList<>(roots.size() / 2);
            for (int i = 0; i < roots.size(); i += 2) {
                joined.add(hashing.node(roots.get(i), roots.get(i + 1)));
            }
            roots = joined;
        }
        return roots.getFirst();
    }

    /** The largest power of two below a length of at least 2. */
    private static long split(long length) {
        return Long.highestOneBit(length - 1);
    }

    /** Whether a leaf hash stands at an index of the tree with this root. */
    static boolean includes(byte[] leaf, long index, long size, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        Hashing hashing = new Hashing();
        byte[] hash = leaf;
        long place = index;
        long last = size - 1;
        for (byte[] step : path) {
            if (last == 0) {
                return false;
            }
            if ((place & 1) == 1 || place == last) {
                hash = hashing.node(step, hash);
                while ((place & 1) == 0 && place != 0) {
                    place >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = hashing.node(hash, step);
            }
            place >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }
}
