package io.countersign.command.policy;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.evaluation.api.Draft;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.evaluation.api.Rulebooks;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.command.policy.api.PolicyEvent;
import io.countersign.command.policy.api.PolicyEvent.PolicyDefined;
import io.countersign.command.policy.api.PolicyEvent.PolicyRestored;
import io.countersign.command.policy.api.PolicyEvent.PolicyRetired;
import io.countersign.command.policy.api.PolicyEvent.PolicyRevised;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** This node's copy of all policies, folded from their events and compared with the epoch at every question. */
@Component
class PolicyDirectory implements Policies, Rulebooks {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyDirectory.class);

    private static final Comparator<Policy> BY_NAME =
            Comparator.<Policy, String>comparing(policy -> policy.name().toLowerCase(Locale.ROOT)).thenComparing(Policy::id);

    private final ConfigurationLog log;
    private final EventReader events;
    private final Principals principals;
    private final RuleCompiler compiler;
    private final StandingRules standing;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile Copy copy = new Copy(-1, Map.of(), new ConcurrentHashMap<>());

    PolicyDirectory(ConfigurationLog log, EventReader events, Principals principals, RuleCompiler compiler, StandingRules standing) {
        this.log = log;
        this.events = events;
        this.principals = principals;
        this.compiler = compiler;
        this.standing = standing;
    }

    /** Rulebooks are made from this copy when they are first wanted, and go with it. */
    private record Copy(long position, Map<String, Policy> byId, Map<Reader, Rulebook> rulebooks) {

        Stream<Policy> in(String workspace) {
            return byId.values().stream().filter(policy -> policy.workspace().equals(workspace));
        }

        /** The policy that goes by the name of this definition, retired or not. */
        Optional<Policy> named(String workspace, PolicyDefinition definition) {
            return in(workspace).filter(policy -> policy.name().equalsIgnoreCase(definition.name())
                    && Objects.equals(policy.definition().agentId(), definition.agentId())).findFirst();
        }
    }

    private record Reader(String workspace, @Nullable String agentId) {}

    @Override
    public Optional<Policy> byId(String workspace, String policyId) {
        return BuiltIns.ALL.stream().filter(policy -> policy.id().equals(policyId)).findFirst().or(() ->
                Optional.ofNullable(current().byId().get(policyId)).filter(policy -> policy.workspace().equals(workspace)));
    }

    @Override
    public List<Policy> all(String workspace) {
        return Stream.concat(current().in(workspace).sorted(BY_NAME), BuiltIns.ALL.stream()).toList();
    }

    @Override
    public List<Policy> all(String workspace, Instant asOf) {
        Map<String, Policy> then = new HashMap<>();
        for (EventReader.Stored event : log.after("Policy", -1)) {
            if (!event.at().isAfter(asOf)) {
                then.compute(event.aggregateId(), (id, before) -> after(before, (PolicyEvent) event.payload(), event));
            }
        }
        return Stream.concat(then.values().stream().filter(policy -> policy.workspace().equals(workspace)).sorted(BY_NAME),
                BuiltIns.ALL.stream()).toList();
    }

    @Override
    public List<Policy> inForce(String workspace, @Nullable String agentId) {
        return inForce(current(), new Reader(workspace, agentId));
    }

    @Override
    public Rulebook rulebook(String workspace, @Nullable String agentId, @Nullable Draft draft) {
        Copy now = current();
        Reader wanted = new Reader(workspace, agentId);
        return draft == null ? now.rulebooks().computeIfAbsent(wanted, reader -> compiler.compile(inForce(now, reader)))
                : compiler.compile(inForce(with(draft, workspace, now), wanted));
    }

    private static Copy with(Draft draft, String workspace, Copy now) {
        String id = now.named(workspace, draft.definition()).map(Policy::id).orElse("draft");
        Map<String, Policy> byId = new HashMap<>(now.byId());
        byId.put(id, new Policy(id, workspace, 0, draft.definition(), false, false, null, null, draft.authorId()));
        return new Copy(now.position(), byId, Map.of());
    }

    private static List<Policy> inForce(Copy copy, Reader reader) {
        String agentId = reader.agentId();
        List<Policy> here = copy.in(reader.workspace()).filter(Policy::inForce).sorted(BY_NAME).toList();
        List<Policy> own = here.stream().filter(policy -> agentId != null && agentId.equals(policy.definition().agentId())).toList();
        Set<String> replaced = own.stream().filter(policy -> policy.definition().mode() == Mode.ENFORCE)
                .map(policy -> policy.name().toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        Stream<Policy> common = here.stream().filter(policy -> policy.definition().agentId() == null)
                .filter(policy -> policy.definition().locked() || !replaced.contains(policy.name().toLowerCase(Locale.ROOT)));
        return Stream.of(own.stream(), common, BuiltIns.ALL.stream()).flatMap(policies -> policies).toList();
    }

    @Override
    public List<Policy> versions(String workspace, String policyId) {
        List<Policy> versions = new ArrayList<>();
        BuiltIns.ALL.stream().filter(policy -> policy.id().equals(policyId)).forEach(versions::add);
        if (!versions.isEmpty()) {
            return List.copyOf(versions);
        }
        for (EventReader.Stored event : events.read(List.of(policyId), Long.MAX_VALUE).getOrDefault(policyId, List.of())) {
            if (event.payload() instanceof PolicyEvent known) {
                versions.add(after(versions.isEmpty() ? null : versions.getLast(), known, event));
            }
        }
        return versions.isEmpty() || !versions.getFirst().workspace().equals(workspace) ? List.of() : List.copyOf(versions);
    }

    @Override
    public List<ParameterFault> faults(String workspace, PolicyDefinition definition) {
        String agentId = definition.agentId();
        List<ParameterFault> faults = new ArrayList<>(compiler.faults(definition));
        boolean stranger = agentId != null && principals.byId(agentId).filter(Principal.Agent.class::isInstance)
                .filter(agent -> agent.workspace().equals(workspace)).isEmpty();
        if (stranger) {
            faults.add(new ParameterFault("agent", "there is no such agent"));
        }
        return faults;
    }

    @Override
    public List<ParameterFault> faults(String workspace, PolicyDefinition definition, String authorId) {
        PolicyDefinition before = current().named(workspace, definition).map(Policy::definition).orElse(null);
        List<ParameterFault> faults = new ArrayList<>(faults(workspace, definition));
        principals.byId(authorId).filter(Principal.Person.class::isInstance).map(Principal.Person.class::cast).filter(author -> definition.enabled())
                .ifPresent(author -> faults.addAll(standing.faults(before, definition, author)));
        return faults;
    }

    private Copy current() {
        try {
            long epoch = log.epoch();
            return copy.position() >= epoch ? copy : refreshed(epoch);
        } catch (DataAccessException e) {
            LOG.warn("The policies cannot be checked: {}", e.getMessage());
            throw new Refused(RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE,
                    "The policies cannot be checked now, so nothing is allowed. Try again shortly.");
        }
    }

    private Copy refreshed(long epoch) {
        refreshing.lock();
        try {
            if (copy.position() < epoch) {
                Map<String, Policy> byId = new HashMap<>(copy.byId());
                long position = epoch;
                for (EventReader.Stored event : log.after("Policy", copy.position())) {
                    byId.compute(event.aggregateId(), (id, before) -> after(before, (PolicyEvent) event.payload(), event));
                    position = Math.max(position, event.index()); // the log may have grown since the epoch was read
                }
                copy = new Copy(position, Map.copyOf(byId), new ConcurrentHashMap<>());
            }
            return copy;
        } finally {
            refreshing.unlock();
        }
    }

    private static Policy after(@Nullable Policy before, PolicyEvent event, EventReader.Stored stored) {
        String actor = stored.metadata().get("actor");
        return switch (event) {
            case PolicyDefined e -> new Policy(e.policyId(), e.workspace(), e.version(), e.definition(), false, false, stored.at(),
                    stored.at(), actor);
            case PolicyRevised e -> next(before, e, e.definition(), false, stored, actor);
            case PolicyRetired e -> next(before, e, null, true, stored, actor);
            case PolicyRestored e -> next(before, e, null, false, stored, actor);
        };
    }

    private static Policy next(@Nullable Policy before, PolicyEvent event, @Nullable PolicyDefinition definition, boolean retired,
            EventReader.Stored stored, @Nullable String actor) {
        if (before == null) {
            throw new IllegalStateException("The policy " + event.policyId() + " has no beginning");
        }
        return new Policy(before.id(), before.workspace(), event.version(), definition == null ? before.definition() : definition, retired,
                false, before.createdAt(), stored.at(), actor);
    }
}
