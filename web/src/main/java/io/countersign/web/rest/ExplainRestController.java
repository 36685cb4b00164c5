package io.countersign.web.rest;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.web.explain.Explanation;
import io.countersign.web.explain.Explanations;
import io.countersign.web.explain.ProofPacks;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Why an action is where it is, and the proof of it. */
@RestController
@Tag(name = "Proof")
class ExplainRestController {

    private static final String ZIP = "application/zip";

    private final Explanations explanations;
    private final ProofPacks packs;

    ExplainRestController(Explanations explanations, ProofPacks packs) {
        this.explanations = explanations;
        this.packs = packs;
    }

    /** The three files of a proof pack as text. */
    @Schema(name = "ProofPack")
    record PackBody(String format, @Schema(description = "Signed note with the digests of the others") String manifest,
            @Schema(description = "JSON as text") String proof, @Schema(description = "HTML for people") String page) {}

    @GetMapping(path = ActionBody.PATH + "/{id}/explain", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "explainAction", summary = "Why an action is where it is",
            description = "What was asked, every step of the evaluation, who decided, each attempt, the way back, and the entries of the log with their "
                    + "hashes. Agents see their own.")
    @ApiResponse(responseCode = "200", description = "The explanation")
    Explanation explain(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        return explanations.of(caller.toReader(), ActionIds.of(id)).orElseThrow(ExplainRestController::notFound);
    }

    @GetMapping(path = "/v1/actions/{id}/explain", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(operationId = "explainActionV1", summary = "The same at its older address")
    @ApiResponse(responseCode = "200", description = "The explanation")
    Explanation explainV1(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        return explain(caller, id);
    }

    @GetMapping(path = ActionBody.PATH + "/{id}/proof", produces = {ZIP, MediaType.APPLICATION_JSON_VALUE})
    @Operation(operationId = "proveAction", summary = "A proof of what was recorded about an action",
            description = "A ZIP that can be checked without this service, by docs/verifier/verify.mjs: all events of the action as stored, what ties them "
                    + "to a signed checkpoint, and a page to read. With `Accept: application/json` the same as JSON. It proves what was recorded, not "
                    + "that it was safe. It holds the parameters in clear.")
    @ApiResponse(responseCode = "200", description = "The pack", content = {
        @Content(mediaType = ZIP, schema = @Schema(type = "string", format = "binary")),
        @Content(mediaType = MediaType.APPLICATION_JSON_VALUE, schema = @Schema(implementation = PackBody.class))})
    ResponseEntity<?> proof(@AuthenticationPrincipal Caller caller, @PathVariable String id,
            @Parameter(description = "`names` unless given; `pseudonymous` leaves out what people and agents are called")
            @RequestParam(required = false) @Nullable String identities,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.ACCEPT, required = false)
            @Nullable String accept) {
        AuditRestController.requirePerson(caller);
        if (identities != null && !identities.equals("names") && !identities.equals("pseudonymous")) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "identities must be names or pseudonymous.");
        }
        var made = packs.of(caller.toReader(), ActionIds.of(id), "pseudonymous".equals(identities)).orElseThrow(ExplainRestController::notFound);
        if (accept != null && MediaType.parseMediaTypes(accept).stream().anyMatch(MediaType.APPLICATION_JSON::equalsTypeAndSubtype)) {
            return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON)
                    .body(new PackBody("countersign-proof-pack/1", made.manifest(), made.proof(), made.page()));
        }
        return ResponseEntity.ok().contentType(MediaType.parseMediaType(ZIP))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"countersign-proof-" + ActionIds.of(id) + ".zip\"").body(made.zip());
    }

    private static Refused notFound() {
        return new Refused(RefusalCode.NOT_FOUND, "There is no such action.");
    }
}
