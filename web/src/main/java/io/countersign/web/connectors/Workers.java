package io.countersign.web.connectors;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.principal.api.KeyScope;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.TimelineEntry;
import io.countersign.web.security.Caller;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who works outside, what they have, and what waits for one of them. */
@Component
public final class Workers {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CLAIMED = "action.claimed";
    private static final int MOST = 100;

    private final Principals principals;
    private final Entries entries;
    private final Actions actions;
    private final Clock clock;

    Workers(Principals principals, Entries entries, Actions actions, Clock clock) {
        this.principals = principals;
        this.entries = entries;
        this.actions = actions;
        this.clock = clock;
    }

    /**
     * How the workers stand.
     *
     * @param workers agents that have, or had, a key for work
     * @param leases what is with a worker now, the longest first
     * @param waiting what nobody has taken yet, the oldest first
     * @param entries names of the entries that are done outside
     * @param more there is more than was looked at
     */
    public record Shift(List<Worker> workers, List<Lease> leases, List<ActionRow> waiting, List<String> entries, boolean more) {}

    /**
     * One worker.
     *
     * @param keys that open work now
     * @param seen when it last took something, kept it or reported; null when not lately
     */
    public record Worker(Principal.Agent agent, long keys, long leases, @Nullable Instant seen) {}

    /**
     * Work that somebody has.
     *
     * @param since when it was taken
     * @param heard when the worker last said that it is still at it
     * @param late the lease has ended without a report
     */
    public record Lease(ActionRow action, String workerId, Instant since, Instant heard, Instant until, boolean late) {}

    /** As of now, in the workspace of this person. */
    public Shift of(Caller caller) {
        Instant now = clock.instant();
        List<Lease> leases = new ArrayList<>();
        List<ActionRow> waiting = new ArrayList<>();
        Actions.Page outside = find(caller, EnumSet.of(ActionStatus.AWAITING_EXTERNAL));
        for (ActionRow row : outside.items()) {
            lease(actions.timeline(caller.toReader(), row.id()), row, now).ifPresentOrElse(leases::add, () -> waiting.add(row));
        }
        List<ActionRow> ended = find(caller, EnumSet.of(ActionStatus.EXECUTED, ActionStatus.FAILED)).items().stream()
                .filter(row -> row.terms().execution() == Execution.EXTERNAL).toList();
        List<Worker> workers = principals.agents(caller.workspace()).stream().filter(agent -> agent.keys().stream().anyMatch(key -> key.scope() == KeyScope.WORK))
                .map(agent -> worker(caller, agent, leases, ended, now)).toList();
        return new Shift(workers, leases.stream().sorted(Comparator.comparing(Lease::since)).toList(),
                waiting.stream().sorted(Comparator.comparing(ActionRow::requestedAt)).toList(),
                entries.all(caller.workspace()).stream().filter(entry -> entry.definition().type() == null).map(Entry::name).toList(),
                outside.nextCursor() != null);
    }

    private Worker worker(Caller caller, Principal.Agent agent, List<Lease> leases, List<ActionRow> ended, Instant now) {
        List<Lease> own = leases.stream().filter(lease -> lease.workerId().equals(agent.id())).toList();
        Instant heard = own.stream().map(Lease::heard).max(Comparator.naturalOrder()).orElse(null);
        Instant reported = ended.stream().limit(20).flatMap(row -> actions.timeline(caller.toReader(), row.id()).stream())
                .filter(entry -> agent.id().equals(entry.actor()) && !entry.name().equals("action.requested")).map(TimelineEntry::at)
                .max(Comparator.naturalOrder()).orElse(null);
        Instant seen = heard == null ? reported : reported == null || heard.isAfter(reported) ? heard : reported;
        return new Worker(agent, agent.keys().stream().filter(key -> key.scope() == KeyScope.WORK && key.usableAt(now)).count(), own.size(), seen);
    }

    private Actions.Page find(Caller caller, Set<ActionStatus> statuses) {
        return actions.find(caller.toReader(), new ActionFilter(statuses, null, null, null, null, null, MOST, null));
    }

    /** The lease that stands; empty when nobody has it. */
    private static Optional<Lease> lease(List<TimelineEntry> events, ActionRow row, Instant now) {
        Lease lease = null;
        long attempt = -1;
        for (TimelineEntry event : events) {
            if (event.name().equals(CLAIMED)) {
                JsonNode claim = parsed(event.json());
                Instant until = instant(claim.path("leaseUntil").asString(""));
                boolean same = lease != null && claim.path("attempt").asLong(0) == attempt;
                attempt = claim.path("attempt").asLong(0);
                lease = new Lease(row, claim.path("workerId").asString(""), same ? Objects.requireNonNull(lease).since() : event.at(), event.at(), until,
                        !now.isBefore(until));
            } else if (event.name().equals("action.lease_expired")) {
                lease = null;
            }
        }
        return Optional.ofNullable(lease);
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JacksonException unreadable) {
            return JSON.createObjectNode();
        }
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException unreadable) {
            return Instant.EPOCH;
        }
    }
}
