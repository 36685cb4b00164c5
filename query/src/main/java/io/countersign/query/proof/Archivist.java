package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.command.store.api.Stub;
import io.countersign.command.store.api.Stubs;
import io.countersign.query.proof.api.Archiving;
import io.countersign.query.proof.api.Proofs.ProvedEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes archives. */
final class Archivist implements Archiving {

    private final RawLog log;
    private final TreeStore store;
    private final TreeKeeper keeper;
    private final SigningKeys keys;
    private final @Nullable Archives archives;
    private final Stubs stubs;

    Archivist(RawLog log, TreeStore store, TreeKeeper keeper, SigningKeys keys, @Nullable Archives archives, Stubs stubs) {
        this.log = log;
        this.store = store;
        this.keeper = keeper;
        this.keys = keys;
        this.archives = archives;
        this.stubs = stubs;
    }

    @Override
    public Optional<String> hindrance() {
        return archives == null ? Optional.of("No folder for archives is named.")
                : stubs.arePossible() ? Optional.empty() : Optional.of("The role that owns the log is not known here.");
    }

    @Override
    public Optional<Written> write(String workspace, Collection<String> actionIds, Instant idleSince) {
        Archives to = archives;
        if (to == null || actionIds.size() > MOST) {
            throw new IllegalArgumentException("There is no folder, or there are more than " + MOST + " actions");
        }
        List<RawLog.Row> rows = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        for (String action : actionIds) {
            List<RawLog.Row> own = log.of(action);
            if (!own.isEmpty() && own.stream().allMatch(row -> Entry.workspace(row.metadata()).equals(workspace)
                    && !Instant.parse(row.time()).isAfter(idleSince))) {
                rows.addAll(own);
                parts.add(new Part(action, own.size(), Stub.digest(own)));
            }
        }
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        rows.sort(Comparator.comparingLong(RawLog.Row::index));
        Note note = keeper.covering(rows.getLast().index() + 1);
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        StringBuilder lines = new StringBuilder(new ArchiveFile.Header(checkpoint.origin(), workspace, rows.size(), keys.verifiers(), note.encode())
                .line()).append('\n');
        for (ProvedEntry event : new Prover(store).prove(rows, checkpoint.size())) {
            lines.append(ArchiveFile.line(event)).append('\n');
        }
        byte[] content = lines.toString().getBytes(StandardCharsets.UTF_8);
        return Optional.of(new Written(to.write(content), Archives.sha256(content), parts));
    }
}
