package io.countersign.command.policy;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RestorePolicy;
import io.countersign.command.policy.api.PolicyCommand.RetirePolicy;
import io.countersign.command.policy.api.PolicyCommand.RevisePolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyEvent;
import io.countersign.command.policy.api.PolicyEvent.PolicyDefined;
import io.countersign.command.policy.api.PolicyEvent.PolicyRestored;
import io.countersign.command.policy.api.PolicyEvent.PolicyRetired;
import io.countersign.command.policy.api.PolicyEvent.PolicyRevised;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * A policy from its definition on. Each change names the version it was made from, so that nobody overwrites what they have not seen; a
 * definition is checked whole each time, so that protection cannot vanish by an edit. Retired, it keeps its name and its history, and
 * comes back only when somebody says so.
 */
@Aggregate(type = "Policy")
class ManagedPolicy {

    @AggregateIdentifier
    private String id = null; // until the first event names it

    private String workspace = "";
    private @Nullable String agentId;
    private long version;
    private boolean retired;

    ManagedPolicy() {
        // for Axon
    }

    @CommandHandler
    ManagedPolicy(DefinePolicy c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Policies policies,
            StandingRules standing) {
        Person author = mustBeAdmin(actor, c.workspace(), principals);
        mustBeSound(c.workspace(), c.definition(), policies);
        mayApprove(null, c.definition(), author, standing);
        nameMustBeFree(c.workspace(), c.policyId(), c.definition(), policies);
        id = c.policyId();
        workspace = c.workspace();
        happened(new PolicyDefined(c.policyId(), c.workspace(), 1, c.definition()));
    }

    @CommandHandler
    void decide(RevisePolicy c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Policies policies,
            StandingRules standing) {
        mustBeIn(c.workspace());
        Person author = mustBeAdmin(actor, workspace, principals);
        mustStandAt(c.expectedVersion());
        if (retired) {
            throw new Refused(RefusalCode.ALREADY_RESOLVED, "This policy is retired. Restore it first, then change it.");
        }
        if (!Objects.equals(agentId, c.definition().agentId())) {
            throw invalid(List.of(new ParameterFault("agent", "cannot change; define another policy")));
        }
        mustBeSound(workspace, c.definition(), policies);
        mayApprove(said(policies), c.definition(), author, standing);
        nameMustBeFree(workspace, id, c.definition(), policies);
        happened(new PolicyRevised(id, version + 1, c.definition()));
    }

    @CommandHandler
    void decide(RetirePolicy c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        mustBeIn(c.workspace());
        mustBeAdmin(actor, workspace, principals);
        mustStandAt(c.expectedVersion());
        if (!retired) {
            happened(new PolicyRetired(id, version + 1));
        }
    }

    @CommandHandler
    void decide(RestorePolicy c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Policies policies,
            StandingRules standing) {
        mustBeIn(c.workspace());
        Person author = mustBeAdmin(actor, workspace, principals);
        mustStandAt(c.expectedVersion());
        if (retired) {
            PolicyDefinition said = said(policies);
            if (said != null) {
                mayApprove(said, said, author, standing);
            }
            happened(new PolicyRestored(id, version + 1));
        }
    }

    // ---- laws ----

    private void mustBeIn(String callersWorkspace) {
        if (!workspace.equals(callersWorkspace)) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such policy.");
        }
    }

    private static Person mustBeAdmin(@Nullable String actor, String in, Principals principals) {
        Person person = principals.byId(actor == null ? "" : actor).filter(Person.class::isInstance).map(Person.class::cast)
                .filter(Person::enabled).filter(p -> p.workspace().equals(in))
                .orElseThrow(() -> new Refused(RefusalCode.FORBIDDEN, "Only an admin of this workspace can change policies."));
        if (!person.role().atLeast(Role.ADMIN)) {
            throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "Only an admin can change policies.", Map.of("required_role", "admin"));
        }
        return person;
    }

    private void mustStandAt(long expected) {
        if (expected != version) {
            throw new Refused(RefusalCode.STALE_VERSION, "This policy is at version " + version + ", not " + expected
                    + ". Load it again and look at what changed.", Map.of("version", version));
        }
    }

    private static void mustBeSound(String in, PolicyDefinition definition, Policies policies) {
        List<ParameterFault> faults = policies.faults(in, definition);
        if (!faults.isEmpty()) {
            throw invalid(faults);
        }
    }

    /** Whoever makes a version answers for every standing approval in it; switching all of them off takes nothing but the role. */
    private static void mayApprove(@Nullable PolicyDefinition before, PolicyDefinition definition, Person author, StandingRules standing) {
        List<ParameterFault> faults = definition.enabled() ? standing.faults(before, definition, author) : List.of();
        if (!faults.isEmpty()) {
            throw invalid(faults);
        }
    }

    private @Nullable PolicyDefinition said(Policies policies) {
        return policies.byId(workspace, id).map(Policy::definition).orElse(null);
    }

    private static Refused invalid(List<ParameterFault> faults) {
        return new Refused(RefusalCode.VALIDATION_ERROR, "The policy is not valid: " + faults.getFirst().field() + ": "
                + faults.getFirst().message(), Map.of("details", faults));
    }

    private static void nameMustBeFree(String in, String own, PolicyDefinition definition, Policies policies) {
        policies.all(in).stream().filter(other -> !other.id().equals(own))
                .filter(other -> other.name().equalsIgnoreCase(definition.name()))
                .filter(other -> other.builtIn() || Objects.equals(other.definition().agentId(), definition.agentId()))
                .findFirst().ifPresent(other -> {
                    throw new Refused(RefusalCode.NAME_EXISTS, other.builtIn() ? other.name() + " is built in; choose another name."
                            : other.retired() ? "There is a retired policy called " + other.name() + ". Restore it, or choose another name."
                            : "There is already a policy called " + other.name() + ".", Map.of("policy_id", other.id()));
                });
    }

    private void happened(PolicyEvent event) {
        apply(event, MetaData.with("workspace", workspace));
    }

    @EventSourcingHandler
    void evolve(PolicyEvent event) {
        version = event.version();
        switch (event) {
            case PolicyDefined e -> {
                id = e.policyId();
                workspace = e.workspace();
                agentId = e.definition().agentId();
            }
            case PolicyRevised e -> { /* what it says, the directory keeps */ }
            case PolicyRetired e -> retired = true;
            case PolicyRestored e -> retired = false;
        }
    }
}
