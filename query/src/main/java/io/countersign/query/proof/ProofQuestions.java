package io.countersign.query.proof;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent.ContentErased;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.Head;
import io.countersign.command.store.api.RawLog;
import io.countersign.command.store.api.Stub;
import io.countersign.query.proof.Chains.Leaf;
import io.countersign.query.proof.api.Proofs;
import io.countersign.query.proof.api.TreeBroken;
import io.countersign.query.proof.api.Verification;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Answers from the tree. */
final class ProofQuestions implements Proofs {

    private static final int PAGE = 2_000;
    private static final int MOST = 100;
    private static final int PAYLOAD = 7; // among the columns of a proved event

    private final Head head;
    private final RawLog log;
    private final TreeStore store;
    private final TreeKeeper keeper;
    private final SigningKeys keys;
    private final LogVerifier verifier;
    private final EventReader events;
    private final Keyring keyring;
    private final @Nullable Archives archives;
    private final AtomicReference<@Nullable CompletableFuture<Verification>> underWay = new AtomicReference<>();
    private volatile @Nullable Verification last;

    ProofQuestions(Head head, RawLog log, TreeStore store, TreeKeeper keeper, SigningKeys keys, LogVerifier verifier,
            EventReader events, Keyring keyring, @Nullable Archives archives) {
        this.head = head;
        this.log = log;
        this.store = store;
        this.keeper = keeper;
        this.keys = keys;
        this.verifier = verifier;
        this.events = events;
        this.keyring = keyring;
        this.archives = archives;
    }

    @Override
    public Verification verify() {
        CompletableFuture<Verification> own = new CompletableFuture<>();
        CompletableFuture<Verification> other = underWay.compareAndExchange(null, own);
        if (other != null) {
            return joined(other);
        }
        try {
            Verification found = verifier.verify();
            last = found;
            own.complete(found);
            return found;
        } catch (RuntimeException e) {
            own.completeExceptionally(e);
            throw e;
        } finally {
            underWay.set(null);
        }
    }

    private static Verification joined(CompletableFuture<Verification> other) {
        try {
            return other.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public Optional<Verification> lastVerification() {
        return Optional.ofNullable(last);
    }

    @Override
    public Optional<String> broken() {
        return keeper.broken();
    }

    @Override
    public String checkpoint() {
        return keeper.covering(head.index() + 1).encode();
    }

    @Override
    public List<CheckpointSummary> checkpoints(int limit) {
        if (limit < 1 || limit > MOST) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The limit must be between 1 and " + MOST + ".");
        }
        Map<Long, List<String>> anchors = new HashMap<>(store.anchors(limit));
        return store.newest(limit).stream().map(note -> {
            Checkpoint checkpoint = Checkpoint.parse(note.text());
            return new CheckpointSummary(checkpoint.size(), Bundle.base64(checkpoint.root()), checkpoint.time(), note.encode(),
                    anchors.getOrDefault(checkpoint.size(), List.of()));
        }).toList();
    }

    @Override
    public Keys keys() {
        return new Keys(keys.origin().orElse(null), keys.all().stream().map(ProofQuestions::key).toList());
    }

    private static Key key(SigningKeys.Key key) {
        return new Key(key.verifier().id(), key.verifier().encode(), key.createdAt(), key.retiresAt());
    }

    @Override
    public Key rotate() {
        VerifierKey made = keeper.rotate();
        return keys.all().stream().filter(key -> key.verifier().id().equals(made.id())).map(ProofQuestions::key).findFirst().orElseThrow();
    }

    @Override
    public Inclusion inclusion(@Nullable Long index, @Nullable Long size) {
        long of = size(size);
        long at = index == null ? of - 1 : index;
        if (at < 0 || at >= of) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "There is no event %d among the first %d.".formatted(at, of));
        }
        MerkleTree tree = new MerkleTree(store);
        Leaf leaf = store.leaf(at).orElseThrow(() -> new TreeBroken("Leaf " + at + " is missing."));
        return new Inclusion(at, of, Bundle.base64(leaf.hash()), Bundle.base64(tree.root(of)), base64(tree.inclusion(at, of)));
    }

    @Override
    public Consistency consistency(@Nullable Long earlier, @Nullable Long size) {
        long of = size(size);
        long from = earlier == null ? 1 : earlier;
        if (from < 1 || from > of) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "There is no tree of %d events within that of %d.".formatted(from, of));
        }
        MerkleTree tree = new MerkleTree(store);
        return new Consistency(from, of, Bundle.base64(tree.root(from)), Bundle.base64(tree.root(of)), base64(tree.consistency(from, of)));
    }

    private long size(@Nullable Long wanted) {
        long there = head.index() + 1;
        if (wanted != null && (wanted < 1 || wanted > there)) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The log has %d events.".formatted(there));
        }
        long size = wanted == null ? there : wanted;
        keeper.reach(size - 1);
        return size;
    }

    private static List<String> base64(List<byte[]> hashes) {
        return hashes.stream().map(Bundle::base64).toList();
    }

    @Override
    public Map<Long, String> leaves(Collection<Long> indexes) {
        if (indexes.isEmpty()) {
            return Map.of();
        }
        keeper.reach(indexes.stream().mapToLong(index -> index).max().orElse(-1));
        return store.leaves(indexes).stream().collect(Collectors.toMap(Leaf::index, leaf -> HexFormat.of().formatHex(leaf.hash())));
    }

    @Override
    public Evidence evidence(String actionId) {
        List<RawLog.Row> rows = log.of(actionId);
        if (rows.isEmpty()) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such action.");
        }
        Note note = keeper.covering(rows.stream().mapToLong(RawLog.Row::index).max().orElse(0) + 1);
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        List<ProvedEntry> events = new Prover(store).prove(whole(actionId, rows), checkpoint.size());
        return new Evidence(checkpoint.origin(), keys.verifiers().stream().map(VerifierKey::encode).toList(), note.encode(), events,
                content(actionId, events));
    }

    /** With stubs, the events they stand for: from the archive. */
    private List<RawLog.Row> whole(String actionId, List<RawLog.Row> rows) {
        Optional<RawLog.Row> archived = rows.stream().filter(row -> row.name().equals(StubCheck.ARCHIVED)).findFirst();
        if (archived.isEmpty() || rows.stream().noneMatch(row -> isStub(row, archived.get()))) {
            return rows;
        }
        String file = Bundle.JSON.readTree(archived.get().payload()).path("archive").asString();
        Map<Long, RawLog.Row> whole = read(file, actionId)
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "This action stands whole in the archive " + file + ", which is not at hand."));
        return rows.stream().map(row -> isStub(row, archived.get()) ? whole.getOrDefault(row.index(), row) : row).toList();
    }

    private Optional<Map<Long, RawLog.Row>> read(String file, String actionId) {
        try {
            return Optional.ofNullable(archives).flatMap(folder -> folder.whole(file, actionId));
        } catch (IllegalArgumentException e) {
            throw new TreeBroken("The archive " + file + " is not the one that was written.");
        }
    }

    private static boolean isStub(RawLog.Row row, RawLog.Row archived) {
        return row.sequence() < archived.sequence() && Stub.isLikely(row.payload());
    }

    private @Nullable Content content(String actionId, List<ProvedEntry> proved) {
        List<EventReader.Stored> known = events.read(List.of(actionId), Long.MAX_VALUE).getOrDefault(actionId, List.of());
        if (known.stream().anyMatch(stored -> stored.payload() instanceof ContentErased)) {
            return null;
        }
        JsonNode box = Bundle.JSON.readTree(String.valueOf(proved.getFirst().event().get(PAYLOAD))).path("content");
        return keyring.open(new Sealed(box.path("key").asString(), box.path("box").asString()), "action.requested", ActionContent.Request.class)
                .map(request -> new Content(request.params(), request.salt())).orElse(null);
    }

    @Override
    public Pack pack(String origin, String actionId, String proof, String page) {
        return ProofPack.of(origin, actionId, proof, page, keys.signer()::sign);
    }

    @Override
    public void export(String workspace, OutputStream bundle) throws IOException {
        Note signed = keeper.covering(head.index() + 1);
        Checkpoint newest = Checkpoint.parse(signed.text());
        Deque<Note> notes = new ArrayDeque<>(store.notes().stream().map(Note::decode).toList());
        BufferedWriter lines = new BufferedWriter(new OutputStreamWriter(bundle, StandardCharsets.UTF_8), 1 << 16);
        line(lines, Bundle.header(newest.origin(), workspace, newest.size(), keys.verifiers()));
        Map<String, Long> archived = log.archived();
        for (long from = 0; from < newest.size(); from += PAGE) {
            int most = (int) Math.min(PAGE, newest.size() - from);
            List<RawLog.Row> rows = log.read(from, most);
            List<Leaf> leaves = store.leaves(from, most);
            if (rows.size() != most || leaves.size() != most) {
                throw new TreeBroken("Events are missing after %d.".formatted(from));
            }
            for (int i = 0; i < most; i++) {
                Leaf leaf = leaves.get(i);
                line(lines, line(leaf, rows.get(i), workspace, archived));
                while (!notes.isEmpty() && Checkpoint.parse(notes.getFirst().text()).size() <= leaf.index() + 1) {
                    line(lines, Bundle.checkpoint(notes.removeFirst()));
                }
            }
        }
        lines.flush();
    }

    private static String line(Leaf leaf, RawLog.Row row, String workspace, Map<String, Long> archived) {
        if (!leaf.workspace().equals(workspace)) {
            return Bundle.foreign(leaf);
        }
        boolean stub = row.sequence() < archived.getOrDefault(row.aggregateId(), -1L) && Stub.isLikely(row.payload());
        return stub ? Bundle.stub(leaf, row) : Bundle.own(leaf, row);
    }

    private static void line(BufferedWriter lines, String line) throws IOException {
        lines.write(line);
        lines.write('\n');
    }
}
