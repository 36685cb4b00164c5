package io.countersign.executors;

import io.countersign.command.action.api.ActionContent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How an attempt ended. Outputs are JSON as text, masked and capped; sentences hold no secret. */
public sealed interface ExecutionOutcome {

    /**
     * It happened.
     *
     * @param captured rendered and kept instead of sent, because no credential is set and this is a demo
     * @param partial some of it happened and some did not; {@code output} says which
     */
    record Succeeded(@Nullable String output, ActionContent.@Nullable Rollback rollback, boolean captured, boolean partial)
            implements ExecutionOutcome {}

    /** It is known not to have happened. {@code errorClass} is a stable word such as {@code secret_missing} or {@code http_4xx}. */
    record Failed(String errorClass, String error, @Nullable String output) implements ExecutionOutcome {}

    /** It was stopped for time and is known not to have happened. */
    record TimedOut(String error) implements ExecutionOutcome {}

    /** Nobody knows. */
    record Unknown(String errorClass, String error) implements ExecutionOutcome {}

    /** Not now, and nothing new happened: the far side is busy with the same key, or asks to wait. Only for idempotent types. */
    record Later(Duration after, String why) implements ExecutionOutcome {}
}
