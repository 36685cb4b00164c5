package io.countersign.query.audit.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event of the log.
 *
 * @param index place in the log
 * @param event logical name
 * @param family {@code action}, {@code principal}, {@code budget}, ...
 * @param actor principal id or {@code system:...}; null for none
 * @param subjectId the aggregate
 * @param target whom or what it concerns besides: for notes of access the action, account, key or id; for a switch what it stops; null for none
 * @param name what it names in clear: an entry, a secret, a switch, a policy, a data source, a rule of monitoring, a budget; null for none
 * @param agent who asked for the action it is about; null for other families
 * @param actionType set for actions
 * @param status set for actions: the state after it, wire name
 * @param address where the actor called from; null when it did not come from outside, or was erased
 * @param changes what it changed of a configuration; empty for other families
 * @param details what else it tells, in clear and in order: the name under what it is, and for notes of access and erasures what was called, why, and
 *     where to
 */
public record AuditEntry(long index, String eventId, Instant at, String event, String family, @Nullable String actor, String workspace,
        String subjectId, @Nullable String target, @Nullable String name, @Nullable String agent, @Nullable String actionType,
        @Nullable String status, @Nullable String origin, @Nullable String requestId, @Nullable String address, List<Change> changes,
        Map<String, String> details) {

    /**
     * One value that became another.
     *
     * @param key its place, such as {@code definition.rules[0].effect}
     * @param before null when there was none
     * @param after null when there is none now; what is secret reads {@code (secret)}, what is sealed {@code (sealed)}
     */
    public record Change(String key, @Nullable String before, @Nullable String after) {}
}
