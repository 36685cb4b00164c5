package io.countersign.query.proof.api;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be proved about the log. Form and meaning of hashes, checkpoints and bundles are laid down in {@code docs/proof-format.md}. All
 * hashes are Base64.
 */
public interface Proofs {

    /** Checks the whole log now. Several callers at once share one check. */
    Verification verify();

    /** What the last check on this node found, whoever asked for it; empty before the first. */
    Optional<Verification> lastVerification();

    /** Why the tree has stopped to follow the log; empty when all is well. */
    Optional<String> broken();

    /** The newest signed checkpoint that covers all events there are at the time of the call; signs one if need be. */
    String checkpoint();

    /** The newest checkpoints, newest first. {@code limit} 1 to 100. */
    List<CheckpointSummary> checkpoints(int limit);

    /** One checkpoint. {@code anchoredIn} tells where else it was written down. */
    record CheckpointSummary(long size, String root, Instant time, String note, List<String> anchoredIn) {}

    /** The public keys that sign or have signed, oldest first. */
    Keys keys();

    /** {@code origin} is the name of this log, null before the first key. */
    record Keys(@Nullable String origin, List<Key> keys) {}

    /**
     * One key.
     *
     * @param id eight hex digits
     * @param verifier the key as one line, as verifiers take it
     * @param retiresAt when it stops signing; null for the newest
     */
    record Key(String id, String verifier, Instant createdAt, @Nullable Instant retiresAt) {}

    /** Lets a new key sign from now on; the one before goes on beside it for a week. */
    Key rotate();

    /**
     * What leads from one leaf to the root of the first {@code size} leaves.
     *
     * @param index null for the last of them
     * @param size null for all there are
     * @throws io.countersign.command.api.Refused {@code validation_error} when there is no such leaf
     */
    Inclusion inclusion(@Nullable Long index, @Nullable Long size);

    /** An inclusion proof. */
    record Inclusion(long index, long size, String leaf, String root, List<String> path) {}

    /**
     * What shows that the first {@code size} leaves begin with the first {@code earlier}.
     *
     * @param earlier null for 1
     * @param size null for all there are
     */
    Consistency consistency(@Nullable Long earlier, @Nullable Long size);

    /** A consistency proof. */
    record Consistency(long earlier, long size, String earlierRoot, String root, List<String> path) {}

    /**
     * The hashes of the leaves of some events, hexadecimal.
     *
     * @throws TreeBroken when log and tree do not fit
     */
    Map<Long, String> leaves(Collection<Long> indexes);

    /** All events of an action with what proves them, under a checkpoint that covers them; signs one if need be. */
    Evidence evidence(String actionId);

    /**
     * What a proof pack is made of.
     *
     * @param keys verifier lines, oldest first
     * @param checkpoint a signed note
     * @param content what the action asked for; null once erased
     */
    record Evidence(String origin, List<String> keys, String checkpoint, List<ProvedEntry> events, @Nullable Content content) {}

    /**
     * One event and its way to the root of the checkpoint.
     *
     * @param previous hash of the leaf before it in its workspace; empty for the first
     * @param event the stored columns after the index; only the seventh, the revision, may be null
     */
    record ProvedEntry(long index, long number, String previous, List<@Nullable String> event, List<String> path) {}

    /** The parameters as received, and the salt (Base64) that makes their digest the one in the events. */
    record Content(String params, String salt) {}

    /**
     * Signs and packs a proof.
     *
     * @param proof the evidence and what explains it, JSON
     * @param page the same for people, HTML
     */
    Pack pack(String origin, String actionId, String proof, String page);

    /** A signed manifest, and the files with it as one ZIP. */
    record Pack(String manifest, byte[] zip) {}

    /** Writes everything an auditor of a workspace needs to check it elsewhere: its events, the hashes of all others, all checkpoints, the keys. */
    void export(String workspace, OutputStream bundle) throws IOException;
}
