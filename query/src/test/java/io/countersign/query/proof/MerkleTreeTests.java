package io.countersign.query.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.query.proof.api.TreeBroken;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MerkleTreeTests {

    private final Hashing hashing = new Hashing();

    /** Keeps what the frontier says is complete, as the tables do. */
    private final class Kept implements MerkleTree.Hashes {

        final Frontier frontier = new Frontier();
        final List<byte[]> leaves = new ArrayList<>();
        private final Map<Integer, List<byte[]>> above = new HashMap<>();

        Kept(int size) {
            for (int i = 0; i < size; i++) {
                add(("leaf " + i).getBytes(StandardCharsets.UTF_8));
            }
        }

        void add(byte[] entry) {
            byte[] leaf = hashing.leaf(entry, new byte[0], 0);
            leaves.add(leaf);
            frontier.add(leaf, (level, position, hash) -> {
                List<byte[]> row = above.computeIfAbsent(level, it -> new ArrayList<>());
                assertThat(position).isEqualTo(row.size());
                row.add(hash);
            });
        }

        @Override
        public List<byte[]> read(int level, long from, int most) {
            List<byte[]> row = level == 0 ? leaves : above.getOrDefault(level, List.of());
            return row.subList((int) Math.min(from, row.size()), (int) Math.min(from + most, row.size()));
        }
    }

    /** Word for word as RFC 6962 says it, without regard for time. */
    private byte[] plainly(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        return hashing.node(plainly(leaves.subList(0, split)), plainly(leaves.subList(split, leaves.size())));
    }

    @Nested
    class Given_the_leaves_that_other_implementations_are_tested_with {

        @ParameterizedTest
        @CsvSource({
            "0, e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "1, 6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "2, fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "3, aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "4, d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "5, 4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "6, 76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "7, ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "8, 5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"})
        void the_roots_are_theirs(int size, String root) {
            Kept kept = new Kept(0);
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f").stream()
                    .limit(size).map(HexFormat.of()::parseHex).forEach(kept::add);
            assertThat(HexFormat.of().formatHex(kept.frontier.root())).isEqualTo(root);
            assertThat(HexFormat.of().formatHex(new MerkleTree(kept).root(size))).isEqualTo(root);
        }
    }

    @Nested
    class Given_a_tree_of_1200_leaves {

        private final Kept kept = new Kept(1_200);

        @Test
        void every_earlier_root_can_be_told_from_what_is_kept() {
            for (int size = 1; size <= 1_200; size += size < 20 ? 1 : 37) {
                assertThat(new MerkleTree(kept).root(size)).isEqualTo(plainly(kept.leaves.subList(0, size)));
            }
        }

        @Test
        void an_edge_read_back_goes_on_as_the_old_one() {
            Kept other = new Kept(700);
            Frontier edge = new MerkleTree(other).frontier(700);
            kept.leaves.subList(700, 1_200).forEach(leaf -> edge.add(leaf, (level, position, hash) -> { }));
            assertThat(edge.root()).isEqualTo(kept.frontier.root());
        }

        @Test
        void every_leaf_is_proved_to_be_where_it_is_and_nowhere_else() {
            for (int size : new int[] {1, 2, 3, 255, 256, 257, 1_000, 1_200}) {
                byte[] root = plainly(kept.leaves.subList(0, size));
                for (int index = 0; index < size; index += size < 20 ? 1 : 41) {
                    List<byte[]> path = new MerkleTree(kept).inclusion(index, size);
                    assertThat(MerkleTree.includes(kept.leaves.get(index), index, size, path, root)).isTrue();
                    assertThat(MerkleTree.includes(kept.leaves.get(index), index == 0 ? 1 : index - 1, size, path, root)).isFalse();
                    assertThat(MerkleTree.includes(kept.leaves.get((index + 1) % 1_200), index, size, path, root)).isFalse();
                }
            }
        }

        /** The proof, taken together as RFC 9162 section 2.1.4.2 says, gives both roots. */
        @Test
        void each_tree_is_proved_to_begin_with_each_earlier_one() {
            for (int size : new int[] {2, 8, 257, 1_200}) {
                for (int earlier = 1; earlier <= size; earlier += size < 20 ? 1 : 53) {
                    List<byte[]> path = new MerkleTree(kept).consistency(earlier, size);
                    assertThat(isConsistent(earlier, size, plainly(kept.leaves.subList(0, earlier)), plainly(kept.leaves.subList(0, size)), path))
                            .as("%d in %d", earlier, size).isTrue();
                }
            }
        }

        private boolean isConsistent(long earlier, long size, byte[] earlierRoot, byte[] root, List<byte[]> proof) {
            if (earlier == size) {
                return proof.isEmpty() && Arrays.equals(earlierRoot, root);
            }
            List<byte[]> path = new ArrayList<>(proof);
            if (Long.bitCount(earlier) == 1) {
                path.addFirst(earlierRoot);
            }
            long fn = earlier - 1;
            long sn = size - 1;
            while ((fn & 1) == 1) {
                fn >>= 1;
                sn >>= 1;
            }
            byte[] left = path.getFirst();
            byte[] right = path.getFirst();
            for (byte[] step : path.subList(1, path.size())) {
                if ((fn & 1) == 1 || fn == sn) {
                    left = hashing.node(step, left);
                    right = hashing.node(step, right);
                    while ((fn & 1) == 0 && fn != 0) {
                        fn >>= 1;
                        sn >>= 1;
                    }
                } else {
                    right = hashing.node(right, step);
                }
                fn >>= 1;
                sn >>= 1;
            }
            return sn == 0 && Arrays.equals(left, earlierRoot) && Arrays.equals(right, root);
        }

        @Test
        void there_is_no_proof_of_what_is_not_there() {
            assertThatThrownBy(() -> new MerkleTree(kept).inclusion(5, 5)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new MerkleTree(kept).consistency(6, 5)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new MerkleTree(kept).root(1_300)).isInstanceOf(TreeBroken.class);
        }
    }
}
