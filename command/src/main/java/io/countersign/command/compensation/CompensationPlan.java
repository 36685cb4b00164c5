package io.countersign.command.compensation;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.compensation.api.CompensationCommand.AcknowledgeCompensation;
import io.countersign.command.compensation.api.CompensationCommand.PlanCompensation;
import io.countersign.command.compensation.api.CompensationEvent;
import io.countersign.command.compensation.api.CompensationEvent.CompensationAcknowledged;
import io.countersign.command.compensation.api.CompensationEvent.CompensationPlanned;
import io.countersign.command.compensation.api.CompensationEvent.Detail;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import java.util.List;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** What is to be made good, and what became of each part of it. It undoes nothing itself: undoing is decided at each action. */
@Aggregate(type = "CompensationPlan")
class CompensationPlan {

    private static final Set<String> STATUSES = Set.of("completed", "failed", "skipped");
    private static final int LONGEST_DETAIL = 500;
    private static final int MOST_ACTIONS = 500;

    @AggregateIdentifier
    private String id = null; // until the first event names it

    private String workspace = "";
    private List<String> actionIds = List.of();

    CompensationPlan() {
        // for Axon
    }

    @CommandHandler
    CompensationPlan(PlanCompensation c, Principals principals) {
        mustBeAnalyst(c.plannedBy(), c.workspace(), principals);
        if (!c.from().isBefore(c.to()) || c.actionIds().size() > MOST_ACTIONS) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "A plan goes from an earlier to a later moment and holds at most 500 actions.");
        }
        happened(new CompensationPlanned(c.planId(), c.workspace(), c.plannedBy(), c.from(), c.to(), c.actionIds()), c.workspace());
    }

    @CommandHandler
    void decide(AcknowledgeCompensation c, Principals principals, Keyring keyring) {
        if (!workspace.equals(c.workspace()) || c.index() < 0 || c.index() >= actionIds.size()) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such plan, or nothing at this place of it.");
        }
        mustBeAnalyst(c.acknowledgedBy(), workspace, principals);
        String detail = c.detail() == null || c.detail().isBlank() ? null : c.detail().strip();
        if (!STATUSES.contains(c.status()) || detail != null && detail.length() > LONGEST_DETAIL) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "A status is completed, failed or skipped, and a detail has at most 500 characters.");
        }
        happened(new CompensationAcknowledged(id, c.index(), c.status(), c.acknowledgedBy(),
                sealed(keyring, actionIds.get(c.index()), detail)), workspace);
    }

    /** Under the key of the action it speaks of, so that it goes when what was written about that is erased. */
    private static Sealed sealed(Keyring keyring, String actionId, @Nullable String detail) {
        return keyring.holds(actionId) ? keyring.seal(actionId, Detail.PLACE, new Detail(detail)) : new Sealed(actionId, "");
    }

    private static void mustBeAnalyst(@Nullable String personId, String in, Principals principals) {
        principals.byId(String.valueOf(personId)).filter(Person.class::isInstance).map(Person.class::cast).filter(Person::enabled)
                .filter(person -> person.workspace().equals(in) && person.role().atLeast(Role.ANALYST))
                .orElseThrow(() -> new Refused(RefusalCode.INSUFFICIENT_ROLE, "This takes the role analyst or higher."));
    }

    private static void happened(CompensationEvent event, String workspace) {
        apply(event, MetaData.with("workspace", workspace));
    }

    @EventSourcingHandler
    void evolve(CompensationEvent event) {
        switch (event) {
            case CompensationPlanned e -> {
                id = e.planId();
                workspace = e.workspace();
                actionIds = e.actionIds();
            }
            case CompensationAcknowledged e -> { }
        }
    }
}
