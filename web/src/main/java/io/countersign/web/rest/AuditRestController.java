package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.query.proof.api.Proofs;
import io.countersign.query.proof.api.Verification;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the log can prove about itself. */
@RestController
@Tag(name = "Proof", description = "For people: whether the log is what it was, and what an auditor needs to check that elsewhere.")
class AuditRestController {

    private static final String PATH = "/api/v1/audit";
    private static final String BUNDLE = "application/x-ndjson";

    private final Proofs proofs;

    AuditRestController(Proofs proofs) {
        this.proofs = proofs;
    }

    /** What a check found. */
    @Schema(name = "Verification")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record VerificationBody(@Schema(description = "Nothing is wrong with what is there, and nothing is known to be missing") boolean passed,
            @Schema(description = "How many events are exactly as recorded") long checked, IntegrityBody integrity, AnchoredBody anchored,
            CompletenessBody completeness, ArchivedBody archived, Instant at, double seconds) {

        static VerificationBody of(Verification found) {
            return new VerificationBody(found.passed(), found.checked(),
                    new IntegrityBody(found.integrity().valid(), found.integrity().firstBad(), found.integrity().until(),
                            found.integrity().reason()),
                    new AnchoredBody(found.anchored().size(), found.anchored().signed(), found.anchored().places()),
                    new CompletenessBody(found.completeness().complete(), found.completeness().missingFrom(), found.completeness().reason()),
                    new ArchivedBody(found.archived().events(), found.archived().files(), found.archived().away()),
                    found.at(), found.seconds());
        }
    }

    /** Nothing was altered. */
    @Schema(name = "Integrity")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record IntegrityBody(boolean valid,
            @Schema(description = "The first index that is wrong, or the first of the stretch that is") @JsonProperty("first_bad") @Nullable Long firstBad,
            @Schema(description = "The index after that stretch") @Nullable Long until, @Nullable String reason) {}

    /** How far others vouch. */
    @Schema(name = "Anchored")
    record AnchoredBody(@Schema(description = "The first so many events are covered by a checkpoint written down outside the database") long size,
            @Schema(description = "The first so many events are covered by a signed checkpoint") long signed, List<String> places) {}

    /** Nothing was cut off. */
    @Schema(name = "Completeness")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record CompletenessBody(boolean complete, @JsonProperty("missing_from") @Nullable Long missingFrom, String reason) {}

    /** What left the database. */
    @Schema(name = "Archived")
    record ArchivedBody(@Schema(description = "How many events stand whole in an archive only; their leaves and stubs are checked") long events,
            @Schema(description = "In how many files") long files,
            @Schema(description = "Those of the files that are not at hand here; the others were checked too, at most 100") List<String> away) {}

    /** The newest checkpoints. */
    @Schema(name = "Checkpoints")
    record CheckpointList(List<CheckpointBody> checkpoints) {}

    /** A signed statement about the first events. */
    @Schema(name = "Checkpoint")
    record CheckpointBody(long size, @Schema(description = "Base64") String root, Instant time,
            @Schema(description = "The signed note, as verifiers take it") String note, @JsonProperty("anchored_in") List<String> anchoredIn) {}

    /** A key that signs or has signed. */
    @Schema(name = "CheckpointKey")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record KeyBody(String id, String algorithm, @Schema(description = "The key as verifiers take it") String verifier,
            @JsonProperty("created_at") Instant createdAt,
            @Schema(description = "When it stops signing; null for the newest") @JsonProperty("retires_at") @Nullable Instant retiresAt) {

        static KeyBody of(Proofs.Key key) {
            return new KeyBody(key.id(), "Ed25519", key.verifier(), key.createdAt(), key.retiresAt());
        }
    }

    /** Leads from a leaf to a root. */
    @Schema(name = "InclusionProof")
    record InclusionBody(long index, long size, String leaf, String root, List<String> path) {}

    /** Shows that one tree begins with another. */
    @Schema(name = "ConsistencyProof")
    record ConsistencyBody(long earlier, long size, @JsonProperty("earlier_root") String earlierRoot, String root, List<String> path) {}

    @GetMapping(path = PATH + "/verify", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "verifyLog", summary = "Check the whole log now",
            description = "Recomputes every leaf, the chains of the workspaces and the tree, and compares them with what was recorded, signed and anchored. "
                    + "Integrity, anchored range and completeness are told apart. Takes seconds for a million events.")
    @ApiResponse(responseCode = "200", description = "What was found; look at `passed`")
    VerificationBody verify(@AuthenticationPrincipal Caller caller) {
        requirePerson(caller);
        return VerificationBody.of(proofs.verify());
    }

    @GetMapping(path = PATH + "/checkpoints", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "listCheckpoints", summary = "The newest signed checkpoints, newest first")
    @ApiResponse(responseCode = "200", description = "Checkpoints")
    CheckpointList checkpoints(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "1 to 100", schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "20"))
            @RequestParam(required = false) @Nullable String limit) {
        requirePerson(caller);
        return new CheckpointList(proofs.checkpoints(limit == null ? 20 : (int) Math.min(Inputs.count("limit", limit), Integer.MAX_VALUE)).stream()
                .map(it -> new CheckpointBody(it.size(), it.root(), it.time(), it.note(), it.anchoredIn())).toList());
    }

    @GetMapping(path = PATH + "/checkpoint", produces = MediaType.TEXT_PLAIN_VALUE)
    @Operation(operationId = "getCheckpoint", summary = "A signed checkpoint that covers everything there is now",
            description = "Keep it somewhere else: with it anybody can tell later whether the log was cut off or written anew.")
    @ApiResponse(responseCode = "200", description = "A C2SP checkpoint", content = @Content(mediaType = MediaType.TEXT_PLAIN_VALUE,
            schema = @Schema(type = "string")))
    String checkpoint(@AuthenticationPrincipal Caller caller) {
        requirePerson(caller);
        return proofs.checkpoint();
    }

    @GetMapping(path = PATH + "/inclusion", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "proveInclusion", summary = "Prove that an event is in the log", description = "After RFC 6962; hashes are Base64.")
    @ApiResponse(responseCode = "200", description = "The proof")
    InclusionBody inclusion(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "Index of the event; the last one unless given", schema = @Schema(type = "integer"))
            @RequestParam(required = false) @Nullable String index,
            @Parameter(description = "In the tree of the first so many events; of all unless given", schema = @Schema(type = "integer"))
            @RequestParam(required = false) @Nullable String size) {
        requirePerson(caller);
        var proof = proofs.inclusion(index == null ? null : Inputs.count("index", index), size == null ? null : Inputs.count("size", size));
        return new InclusionBody(proof.index(), proof.size(), proof.leaf(), proof.root(), proof.path());
    }

    @GetMapping(path = PATH + "/consistency", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "proveConsistency", summary = "Prove that the log only grew", description = "After RFC 6962; hashes are Base64.")
    @ApiResponse(responseCode = "200", description = "The proof")
    ConsistencyBody consistency(@AuthenticationPrincipal Caller caller,
            @Parameter(description = "Size of the earlier tree; 1 unless given", schema = @Schema(type = "integer"))
            @RequestParam(required = false) @Nullable String earlier,
            @Parameter(description = "Size of the later tree; all events unless given", schema = @Schema(type = "integer"))
            @RequestParam(required = false) @Nullable String size) {
        requirePerson(caller);
        var proof = proofs.consistency(earlier == null ? null : Inputs.count("earlier", earlier),
                size == null ? null : Inputs.count("size", size));
        return new ConsistencyBody(proof.earlier(), proof.size(), proof.earlierRoot(), proof.root(), proof.path());
    }

    @GetMapping(path = PATH + "/bundle", produces = {BUNDLE, MediaType.APPLICATION_JSON_VALUE})
    @Operation(operationId = "exportBundle", summary = "Everything an auditor needs to check the log elsewhere",
            description = "One JSON value a line: the events of the workspace as stored, the hashes of all others, every checkpoint, the keys. "
                    + "Check it with `bin/countersign audit verify` or with docs/verifier/verify.mjs, which share no code.")
    @ApiResponse(responseCode = "200", description = "The bundle", content = @Content(mediaType = BUNDLE, schema = @Schema(type = "string")))
    void bundle(@AuthenticationPrincipal Caller caller, HttpServletResponse response) throws IOException {
        requirePerson(caller);
        proofs.checkpoint(); // whatever cannot be exported fails here, before anything is sent
        response.setContentType(BUNDLE);
        response.setHeader("Content-Disposition", "attachment; filename=\"countersign-audit.jsonl\"");
        proofs.export(caller.workspace(), response.getOutputStream());
    }

    @PostMapping(path = "/api/v1/admin/checkpoint-keys/rotate", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "rotateCheckpointKey", summary = "Let a new key sign checkpoints",
            description = "The key before goes on signing beside it for a week; its private part is then destroyed.")
    @ApiResponse(responseCode = "200", description = "The new key")
    KeyBody rotate(@AuthenticationPrincipal Caller caller, JsonBody body) {
        body.finish();
        return KeyBody.of(proofs.rotate());
    }

    static void requirePerson(Caller caller) {
        if (caller.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "The log is for people to audit.");
        }
    }
}
