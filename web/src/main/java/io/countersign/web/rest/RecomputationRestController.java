package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.action.api.Recomputation;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows that stored verdicts follow from what was stored with them. */
@RestController
@RequestMapping(path = "/api/v1/admin/policies", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Policies")
class RecomputationRestController {

    private static final int MOST = 100_000;

    private final Recomputation recomputation;

    RecomputationRestController(Recomputation recomputation) {
        this.recomputation = recomputation;
    }

    /** What came of it. */
    @Schema(name = "Recomputation")
    record ReportBody(@Schema(description = "Verdicts computed again") int computed,
            @Schema(description = "Verdicts whose inputs were erased") int erased,
            @Schema(description = "Those that came out otherwise; none is what you want") List<DifferenceBody> differences,
            @Schema(description = "Go on behind this id; absent at the end") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String next) {}

    /** A verdict that came out otherwise. */
    @Schema(name = "RecomputedDifference")
    record DifferenceBody(@JsonProperty("action_id") String actionId, String what) {}

    @PostMapping("/recompute")
    @Operation(operationId = "recomputeVerdicts", summary = "Compute stored verdicts again and compare",
            description = "`{after?, limit?}`: in the order of ids, at most 100,000 actions a call. Changes nothing.")
    ReportBody recompute(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        String after = body.text("after", 100);
        Long limit = body.integer("limit", 1);
        body.finish();
        var report = recomputation.recompute(caller.workspace(), after, limit == null ? MOST : (int) Math.min(MOST, limit));
        return new ReportBody(report.computed(), report.erased(), report.differences().stream()
                .map(difference -> new DifferenceBody(difference.actionId(), difference.what())).toList(), report.next());
    }
}
