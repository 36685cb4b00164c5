package io.countersign.query.compensation.api;

import io.countersign.query.action.api.Reader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Questions about compensation plans. For people only; every answer includes the caller's own writes. */
public interface Compensations {

    /** One plan; empty when it is unknown or of another workspace. */
    Optional<Plan> byId(Reader reader, String planId);

    /** The latest plans, newest first; 1 to 100. */
    List<Plan> latest(Reader reader, int limit);

    /**
     * @param from the earlier end of the window
     * @param status {@code pending} while nothing was said, {@code completed} once something was said of every action, else {@code in_progress}
     * @param steps newest action first
     */
    record Plan(String id, String plannedBy, Instant from, Instant to, Instant plannedAt, String status, List<Step> steps) {}

    /** One action of a plan. {@code status} is {@code pending}, {@code completed}, {@code failed} or {@code skipped}. */
    record Step(int index, String actionId, String status, @Nullable String detail) {}
}
