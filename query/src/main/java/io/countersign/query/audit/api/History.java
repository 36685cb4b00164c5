package io.countersign.query.audit.api;

import io.countersign.query.action.api.Reader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the actions of a workspace stood at earlier moments, those moments included. For people only. Looks through the audit view. */
public interface History {

    /** How many actions were in each status at a moment; statuses in which there were none are absent. */
    Map<String, Long> standing(Reader reader, Instant at);

    /**
     * Actions that stood otherwise at the later moment than at the earlier, by when something last happened to them, the newest first.
     *
     * @param most 1 to 1,000
     */
    List<Difference> between(Reader reader, Instant from, Instant to, int most);

    /**
     * One action that moved.
     *
     * @param before its status at the earlier moment; null when it was not asked for yet
     * @param events how many events lie between
     */
    record Difference(String actionId, @Nullable String actionType, @Nullable String agent, @Nullable String before, String after, long events) {}
}
