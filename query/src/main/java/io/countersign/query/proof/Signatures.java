package io.countersign.query.proof;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which notes are signed by known keys. The same note stands in the database and in each anchor, and is looked at once. To look at a signature
 * costs as much as to look at hundreds of events and waits for nothing, so a thread of its own goes ahead of the walk along the log.
 */
final class Signatures implements AutoCloseable {

    private final List<VerifierKey> keys;
    private final Map<String, Boolean> known = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Signatures(Collection<VerifierKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Begins to look at these, in this order, while something else is done. */
    void ahead(List<Note> notes) {
        Thread.ofPlatform().name("proof-signatures").daemon().start(() -> {
            for (Note note : notes) {
                if (closed) {
                    return;
                }
                isSigned(note);
            }
        });
    }

    /** Whether a known key signed it, and none of them that claims to have signed did not. */
    boolean isSigned(Note note) {
        return known.computeIfAbsent(note.encode(), text -> note.isSignedBy(keys));
    }

    @Override
    public void close() {
        closed = true;
    }
}
