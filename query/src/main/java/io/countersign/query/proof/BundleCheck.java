package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.query.proof.LogCheck.Witness;
import io.countersign.query.proof.api.BundleChecks;
import io.countersign.query.proof.api.Verification;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Checks a bundle line by line. A line that is not written exactly as we write it counts as altered. */
public final class BundleCheck implements BundleChecks {

    /** For the service loader. */
    public BundleCheck() {
        // nothing to keep
    }

    private record Header(String origin, String workspace, long size, List<VerifierKey> keys) {}

    @Override
    public Verification check(BufferedReader bundle, @Nullable String checkpoint, @Nullable String key) throws IOException {
        long began = System.nanoTime();
        LogCheck check = new LogCheck(null, new Signatures(List.of()), BundleCheck::keepNothing);
        long size = 0;
        Instant signedAt = Instant.EPOCH;
        try {
            String first = bundle.readLine();
            if (first != null && ArchiveFile.isHeader(first)) {
                return archive(first, bundle, checkpoint, key, began);
            }
            Header header = header(first);
            size = header.size();
            check = new LogCheck(header.origin(), new Signatures(key == null ? header.keys() : List.of(VerifierKey.decode(key.strip()))),
                    BundleCheck::keepNothing);
            if (checkpoint != null) {
                check.expect(List.of(Witness.of(checkpoint, false, "given by you")));
            }
            String line;
            while (check.fault() == null && (line = bundle.readLine()) != null) {
                Checkpoint signed = take(line, header, check);
                signedAt = signed == null ? signedAt : signed.time();
            }
            check.end();
        } catch (IllegalArgumentException | JacksonException e) {
            long at = check.checked();
            check.fault(at, at + 1, "The line of event %d is not as it was written.".formatted(at));
        }
        return report(check, size, checkpoint != null, signedAt, (System.nanoTime() - began) / 1e9);
    }

    private static void keepNothing(int level, long position, byte[] hash) {
        // a bundle has no hashes above its leaves to compare with
    }

    private static Header header(@Nullable String line) {
        JsonNode header = exact(line);
        List<VerifierKey> keys = StreamSupport.stream(header.path("keys").spliterator(), false).map(it -> VerifierKey.decode(it.asString()))
                .toList();
        Header read = new Header(header.path("origin").asString(), header.path("workspace").asString(), header.path("size").asLong(), keys);
        if (!Bundle.header(read.origin(), read.workspace(), read.size(), keys).equals(line)
                || keys.stream().anyMatch(key -> !key.name().equals(read.origin()))) {
            throw new IllegalArgumentException("Not the header of a bundle");
        }
        return read;
    }

    private static @Nullable Checkpoint take(String line, Header header, LogCheck check) {
        JsonNode node = exact(line);
        if (node.has("checkpoint") && node.size() == 1) {
            Witness witness = Witness.of(node.path("checkpoint").asString(), true, "in the bundle");
            Checkpoint checkpoint = witness.checkpoint();
            if (checkpoint == null || !checkpoint.origin().equals(header.origin()) || checkpoint.size() != check.checked()) {
                throw new IllegalArgumentException("A checkpoint at the wrong place");
            }
            check.expectNow(witness);
            return checkpoint;
        }
        byte[] leaf = Base64.getDecoder().decode(node.path("leaf").asString());
        if (leaf.length != Hashing.LENGTH || !Bundle.base64(leaf).equals(node.path("leaf").asString()) || node.path("index").asLong(-1) != check.checked()) {
            throw new IllegalArgumentException("A leaf at the wrong place");
        }
        JsonNode stub = node.path("stub");
        JsonNode event = stub.isMissingNode() ? node.path("event") : stub;
        if (event.isMissingNode()) {
            check.foreign(leaf);
        } else {
            RawLog.Row row = row(check.checked(), event);
            if (!Entry.workspace(row.metadata()).equals(header.workspace())) {
                throw new IllegalArgumentException("An event of another workspace");
            }
            if (stub.isMissingNode()) {
                check.event(row, leaf);
            } else {
                check.stub(row, leaf);
            }
        }
        return null;
    }

    static RawLog.Row row(long index, JsonNode event) {
        if (event.size() != 9) {
            throw new IllegalArgumentException("An event has nine columns");
        }
        JsonNode revision = event.path(6);
        return new RawLog.Row(index, event.path(0).asString(), event.path(1).asString(), event.path(2).asString(),
                Long.parseLong(event.path(3).asString()), event.path(4).asString(), event.path(5).asString(),
                revision.isNull() ? null : revision.asString(), event.path(7).asString(), event.path(8).asString());
    }

    static JsonNode exact(@Nullable String line) {
        if (line == null) {
            throw new IllegalArgumentException("The bundle is empty");
        }
        JsonNode node = Bundle.JSON.readTree(line);
        if (!Bundle.JSON.writeValueAsString(node).equals(line)) {
            throw new IllegalArgumentException("A line that is not written as lines are");
        }
        return node;
    }

    private static Verification archive(String first, BufferedReader lines, @Nullable String checkpoint, @Nullable String key, long began)
            throws IOException {
        long read = 0;
        long bad = 0;
        String reason = null;
        Instant signedAt = Instant.EPOCH;
        try {
            ArchiveFile archive = ArchiveFile.of(first, key == null ? null : VerifierKey.decode(key.strip()));
            signedAt = archive.checkpoint().time();
            if (checkpoint != null && !archive.agreesWith(checkpoint)) {
                throw new IllegalArgumentException("The archive is not of the log that your checkpoint speaks of.");
            }
            while (archive.next(lines).isPresent()) {
                read = archive.read();
                bad = archive.last() + 1;
            }
        } catch (IllegalArgumentException | JacksonException e) {
            reason = "The archive is not as it was written after %d events.".formatted(read);
        }
        return new Verification(signedAt, read, (System.nanoTime() - began) / 1e9,
                reason == null ? new Verification.Integrity(true, null, null, null) : new Verification.Integrity(false, bad, bad + 1, reason),
                new Verification.Anchored(0, reason == null ? read : 0, List.of()),
                new Verification.Completeness(reason == null, null, reason == null ? "Every event that the archive should have is there." : "Not known beyond the fault."),
                new Verification.Archived(read, 1, List.of()));
    }

    private static Verification report(LogCheck check, long size, boolean given, Instant signedAt, double seconds) {
        LogCheck.Fault fault = check.fault();
        long promised = Math.max(size, check.promised());
        long checked = check.checked();
        boolean cut = fault == null && (promised > checked || check.signed() < checked);
        return new Verification(signedAt, checked, seconds,
                fault == null ? new Verification.Integrity(true, null, null, null)
                        : new Verification.Integrity(false, fault.first(), fault.until(), fault.reason()),
                new Verification.Anchored(check.anchored(), check.signed(), given ? List.of("given") : List.of()),
                cut ? new Verification.Completeness(false, Math.min(checked, check.signed()),
                        "The bundle ends after %d events, of which %d are signed for; it should have %d.".formatted(checked, check.signed(),
                                promised))
                        : new Verification.Completeness(fault == null, null, fault == null ? "Every event that a checkpoint speaks of is there."
                                : "Not known beyond the fault."),
                new Verification.Archived(check.stubs().stubs(), check.stubs().archives().size(),
                        check.stubs().archives().keySet().stream().limit(100).toList()));
    }
}
