package io.countersign.command.store;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one command wants stored, and the answer it waits for. Stored whole or not at all.
 *
 * @param destroyed ids of data keys that go for good
 * @param decidedOn place of the newest configuration event the decision knew of; null when it asked for none
 */
record Append(List<Row> rows, List<WrappedKey> keys, List<String> destroyed, boolean configuration, @Nullable Long decidedOn, CompletableFuture<Void> done) {

    /** The aggregates whose events change nothing of what is allowed. The index over all others names the same ones. */
    private static final Set<String> WORK = Set.of("Action", "BudgetWindow", "Access", "Watch");

    /** One event as it will stand in the table, without its index: the writer gives that. */
    record Row(String id, String aggregateId, long sequence, String type, String time, String name, @Nullable String revision,
            String payload, String metadata) {}

    /** A new data key, wrapped by the master key. */
    record WrappedKey(String keyId, String masterId, String wrapped) {}

    static Append of(List<Row> rows, List<WrappedKey> keys, List<String> destroyed, @Nullable Long decidedOn) {
        boolean configuration = rows.stream().anyMatch(row -> isConfiguration(row.type()));
        return new Append(rows, keys, destroyed, configuration, decidedOn, new CompletableFuture<>());
    }

    /** Actions, budgets, followed sequences and what was noted of access are work; everything else decides what is allowed, so every node must see it at once. */
    private static boolean isConfiguration(String aggregateType) {
        return !WORK.contains(aggregateType);
    }

    String firstEventId() {
        return rows.getFirst().id();
    }
}
