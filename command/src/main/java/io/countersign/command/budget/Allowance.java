package io.countersign.command.budget;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.budget.api.AllowanceEvent;
import io.countersign.command.budget.api.AllowanceEvent.BudgetLifted;
import io.countersign.command.budget.api.AllowanceEvent.BudgetSet;
import io.countersign.command.budget.api.Budget;
import io.countersign.command.budget.api.BudgetCommand.LiftBudget;
import io.countersign.command.budget.api.BudgetCommand.SetBudget;
import io.countersign.command.catalogue.api.Money;
import io.countersign.command.principal.api.Authority;
import io.countersign.command.principal.api.Principal.Agent;
import io.countersign.command.principal.api.Principals;
import java.util.stream.Stream;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** The budget of one agent, or of the workspace, in one currency. Only an admin sets it. */
@Aggregate(type = "Budget")
class Allowance {

    @AggregateIdentifier
    private String id = null; // until the first event names it

    private @Nullable Budget inForce;

    Allowance() {
        // for Axon
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void decide(SetBudget c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        Budget budget = c.budget();
        Authority.admin(principals, actor, budget.workspace());
        boolean known = budget.agentId() == null || principals.byId(budget.agentId()).filter(Agent.class::isInstance)
                .filter(agent -> agent.workspace().equals(budget.workspace())).isPresent();
        must(known, RefusalCode.NOT_FOUND, "There is no such agent.");
        must(Money.isCurrency(budget.currency()), RefusalCode.VALIDATION_ERROR, "A currency is 2 to 12 capital letters and digits, such as EUR.");
        int digits = Money.exponentOf(budget.currency()).orElse(budget.exponent());
        must(budget.exponent() == digits && digits >= 0 && digits <= Money.MOST_DIGITS, RefusalCode.VALIDATION_ERROR,
                budget.currency() + " has " + digits + " digits behind the point.");
        must(Stream.of(budget.autoApproveLimit(), budget.maxPayment(), orZero(budget.perDay()), orZero(budget.perMonth()),
                orZero(budget.perRollingDay())).allMatch(amount -> amount >= 0), RefusalCode.VALIDATION_ERROR, "No amount may be negative.");
        if (!budget.equals(inForce)) {
            apply(new BudgetSet(budget.id(), budget), MetaData.with("workspace", budget.workspace()));
        }
    }

    @CommandHandler
    void decide(LiftBudget c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        Authority.admin(principals, actor, c.workspace());
        if (inForce == null) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such budget.");
        }
        apply(new BudgetLifted(id), MetaData.with("workspace", c.workspace()));
    }

    private static long orZero(@Nullable Long amount) {
        return amount == null ? 0 : amount;
    }

    private static void must(boolean law, RefusalCode code, String otherwise) {
        if (!law) {
            throw new Refused(code, otherwise);
        }
    }

    @EventSourcingHandler
    void evolve(AllowanceEvent event) {
        id = event.budgetId();
        switch (event) {
            case BudgetSet e -> inForce = e.budget();
            case BudgetLifted e -> inForce = null;
        }
    }
}
