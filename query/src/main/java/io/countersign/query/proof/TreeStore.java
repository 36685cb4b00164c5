package io.countersign.query.proof;

import io.countersign.command.database.api.BulkInsert;
import io.countersign.command.database.api.BulkRows;
import io.countersign.query.proof.Chains.Leaf;
import io.countersign.query.proof.Checkpoint.Head;
import io.countersign.query.projection.Micros;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The tables of the tree. Rows are added and read, nothing else. */
final class TreeStore implements MerkleTree.Hashes {

    /** Held, for the length of one transaction, by whoever adds to the tree or to its keys. */
    private static final long LOCK = 0x50524F4F46L;

    private static final String LEAVES = "select global_index, hash from query.proof_leaf where global_index >= %d order by global_index limit %d";

    private final DataSource dataSource;
    private final JdbcClient jdbc;

    TreeStore(DataSource dataSource) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
    }

    /** The root of a complete subtree of a kept level. */
    record Node(int level, long position, byte[] hash) {}

    boolean tryLock() {
        return jdbc.sql("select pg_try_advisory_xact_lock(?)").param(LOCK).query(Boolean.class).single();
    }

    void lock() {
        jdbc.sql("set local lock_timeout = '10s'").update();
        jdbc.sql("select 1 from pg_advisory_xact_lock(?)").param(LOCK).query(Integer.class).single();
    }

    /** A crash may lose what is added now; it is then added again from the log. */
    void relax() {
        jdbc.sql("set local synchronous_commit = off").update();
    }

    /** What is added now must last: it is about to be shown to somebody. */
    void insist() {
        jdbc.sql("set local synchronous_commit = on").update();
    }

    long size() {
        return jdbc.sql("select coalesce(max(global_index), -1) + 1 from query.proof_leaf").query(Long.class).single();
    }

    void add(List<Leaf> leaves, List<Node> nodes) {
        BulkInsert rows = new BulkInsert();
        leaves.forEach(leaf -> rows.row(4).number(leaf.index()).text(leaf.workspace()).number(leaf.number()).bytes(leaf.hash()));
        rows.into(dataSource, "query.proof_leaf (global_index, workspace, number, hash)");
        if (!nodes.isEmpty()) {
            BulkInsert above = new BulkInsert();
            nodes.forEach(node -> above.row(3).integer(node.level()).number(node.position()).bytes(node.hash()));
            above.into(dataSource, "query.proof_node (level, position, hash)");
        }
    }

    /** Hashes of leaves, asked for in the order of the log. */
    LeafScan scan(long from, int stretch) {
        return new LeafScan(new BulkRows(dataSource, LEAVES, from, stretch));
    }

    /** A walk along the leaves. */
    static final class LeafScan implements AutoCloseable {

        private final BulkRows rows;
        private boolean there;

        private LeafScan(BulkRows rows) {
            this.rows = rows;
            this.there = rows.next();
        }

        /** The hash of a leaf; null when there is none. No index before the one that was asked for last. */
        byte @Nullable [] hash(long index) {
            while (there && rows.key() < index) {
                there = rows.next();
            }
            return there && rows.key() == index ? Arrays.copyOfRange(rows.bytes(), rows.start() + Integer.BYTES, rows.bytes().length) : null;
        }

        @Override
        public void close() {
            rows.close();
        }
    }

    /** The last leaf of each workspace, found without reading the others. */
    Map<String, Head> heads() {
        Map<String, Head> heads = new HashMap<>();
        jdbc.sql("""
                with recursive head as (
                    (select workspace, number, hash from query.proof_leaf order by workspace desc, number desc limit 1)
                    union all
                    select lower.* from head cross join lateral (
                        select workspace, number, hash from query.proof_leaf l where l.workspace < head.workspace
                        order by l.workspace desc, l.number desc limit 1) lower)
                select workspace, number, hash from head""").query(row -> {
            heads.put(row.getString(1), new Head(row.getLong(2) + 1, row.getBytes(3)));
        });
        return heads;
    }

    /** Leaves in the order of the log; a missing one shows as a gap. */
    List<Leaf> leaves(long from, int most) {
        return jdbc.sql("select global_index, workspace, number, hash from query.proof_leaf where global_index >= ? order by global_index limit ?")
                .param(from).param(most).query(TreeStore::leaf).list();
    }

    Optional<Leaf> leaf(long index) {
        return leaves(index, 1).stream().filter(leaf -> leaf.index() == index).findFirst();
    }

    List<Leaf> leaves(Collection<Long> indexes) {
        return jdbc.sql("select global_index, workspace, number, hash from query.proof_leaf where global_index = any(?)")
                .param(indexes.toArray(Long[]::new)).query(TreeStore::leaf).list();
    }

    Optional<Leaf> leaf(String workspace, long number) {
        return jdbc.sql("select global_index, workspace, number, hash from query.proof_leaf where workspace = ? and number = ?")
                .param(workspace).param(number).query(TreeStore::leaf).optional();
    }

    private static Leaf leaf(ResultSet row, int number) throws SQLException {
        return new Leaf(row.getLong(1), row.getString(2), row.getLong(3), row.getBytes(4));
    }

    @Override
    public List<byte[]> read(int level, long from, int most) {
        String sql = level == 0
                ? "select hash from query.proof_leaf where global_index >= ? and global_index < ? order by global_index"
                : "select hash from query.proof_node where level = " + level + " and position >= ? and position < ? order by position";
        return jdbc.sql(sql).param(from).param(from + most).query((row, n) -> row.getBytes(1)).list();
    }

    /** Signed notes by size, smallest first, as they are stored. */
    List<String> notes() {
        return jdbc.sql("select note from query.proof_checkpoint order by size").query(String.class).list();
    }

    /** The newest note about at least so many events. */
    Optional<Note> latest(long atLeast) {
        return jdbc.sql("select note from query.proof_checkpoint where size >= ? order by size desc limit 1").param(atLeast)
                .query((row, n) -> Note.decode(row.getString(1))).optional();
    }

    List<Note> newest(int most) {
        return jdbc.sql("select note from query.proof_checkpoint order by size desc limit ?").param(most)
                .query((row, n) -> Note.decode(row.getString(1))).list();
    }

    /** Where the newest checkpoints were also written down, by size. */
    Map<Long, List<String>> anchors(int most) {
        Map<Long, List<String>> anchors = new HashMap<>();
        jdbc.sql("""
                select size, kind from query.proof_anchor
                where size >= (select coalesce(min(size), 0) from (select size from query.proof_checkpoint order by size desc limit ?) newest)
                order by kind""").param(most).query(row -> {
            anchors.computeIfAbsent(row.getLong(1), size -> new ArrayList<>()).add(row.getString(2));
        });
        return anchors;
    }

    void add(Checkpoint checkpoint, Note note) {
        jdbc.sql("insert into query.proof_checkpoint (size, note) values (?, ?)").param(checkpoint.size()).param(note.encode()).update();
    }

    void anchored(List<Long> sizes, String kind, Instant at) {
        jdbc.sql("insert into query.proof_anchor (size, kind, at) select size, ?, ? from unnest(?::bigint[]) size on conflict do nothing")
                .param(kind).param(Micros.of(at)).param(sizes.toArray(Long[]::new)).update();
    }
}
