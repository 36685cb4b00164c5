package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page of actions, and where the next one begins. */
@Schema(name = "ActionPage")
@JsonInclude(JsonInclude.Include.ALWAYS)
record ActionPage(List<ActionBody> actions,
        @Schema(description = "null on the last page") @JsonProperty("next_cursor") @Nullable String nextCursor) {}
