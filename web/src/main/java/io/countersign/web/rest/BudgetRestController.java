package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.budget.api.Budget;
import io.countersign.command.budget.api.BudgetCommand.LiftBudget;
import io.countersign.command.budget.api.BudgetCommand.SetBudget;
import io.countersign.command.budget.api.Budgets;
import io.countersign.command.catalogue.api.Money;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Budgets: people look what is left, admins set them. */
@RestController
@RequestMapping(path = "/api/v1/budgets", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Budgets", description = "How much money may leave, for the workspace and for single agents, and what is left of it.")
class BudgetRestController {

    private final Budgets budgets;
    private final CommandGateway commands;
    private final Clock clock;

    BudgetRestController(Budgets budgets, CommandGateway commands, Clock clock) {
        this.budgets = budgets;
        this.commands = commands;
        this.clock = clock;
    }

    /** All budgets. */
    @Schema(name = "Budgets")
    record BudgetList(List<BudgetBody> budgets) {}

    /** A budget and how it stands. All amounts are whole numbers of the smallest unit. */
    @Schema(name = "Budget")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record BudgetBody(@Schema(description = "Id of the agent; null for the whole workspace") @Nullable String agent, String currency,
            @Schema(description = "Digits behind the point") int exponent,
            @Schema(description = "Up to this amount nobody is asked; 0: somebody always is") @JsonProperty("auto_approve_limit") long autoApproveLimit,
            @Schema(description = "Above this amount a payment is blocked; 0: no ceiling") @JsonProperty("max_payment") long maxPayment,
            List<WindowBody> windows, List<String> warnings) {}

    /** One window of a budget. */
    @Schema(name = "BudgetWindow")
    record WindowBody(@Schema(description = "day, month (calendar, UTC) or rolling_day") String window, long limit,
            @Schema(description = "Held and spent") long used, long remaining,
            @Schema(description = "True from nine tenths on") @JsonProperty("nearly_gone") boolean nearlyGone) {}

    @GetMapping
    @Operation(operationId = "listBudgets", summary = "All budgets, and what is left of them")
    @ApiResponse(responseCode = "200", description = "The workspace's own first, then those of agents")
    BudgetList all(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.person(caller);
        return list(caller);
    }

    @PutMapping("/{currency}")
    @Operation(operationId = "setBudget", summary = "Set the budget of the workspace, or of an agent, in one currency",
            description = "Replaces it as a whole; a limit that is absent does not hold. In force on every node when this returns.")
    @ApiResponse(responseCode = "200", description = "All budgets as they stand now")
    BudgetList set(@AuthenticationPrincipal Caller caller, @PathVariable String currency, JsonBody body) {
        Gatekeeping.admin(caller);
        var code = currency.toUpperCase(Locale.ROOT);
        var agent = body.text("agent", 100);
        var exponent = body.whole("exponent", 0, Money.MOST_DIGITS);
        var budget = new Budget(caller.workspace(), agent, code,
                exponent == null ? Money.exponentOf(code).orElse(2) : exponent.intValue(), orZero(body.whole("auto_approve_limit", 0, Long.MAX_VALUE)),
                orZero(body.whole("max_payment", 0, Long.MAX_VALUE)), body.whole("per_day", 0, Long.MAX_VALUE),
                body.whole("per_month", 0, Long.MAX_VALUE), body.whole("per_rolling_day", 0, Long.MAX_VALUE));
        body.finish();
        commands.sendAndWait(new SetBudget(budget));
        return list(caller);
    }

    @DeleteMapping("/{currency}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "liftBudget", summary = "Lift a budget: its limits no longer hold, and nothing is approved by it")
    @ApiResponse(responseCode = "204", description = "Lifted")
    void lift(@AuthenticationPrincipal Caller caller, @PathVariable String currency,
            @RequestParam(required = false) @Nullable String agent) {
        Gatekeeping.admin(caller);
        commands.sendAndWait(new LiftBudget(caller.workspace(), agent, currency.toUpperCase(Locale.ROOT)));
    }

    private BudgetList list(Caller caller) {
        return new BudgetList(budgets.of(caller.workspace()).stream().map(this::body).toList());
    }

    private BudgetBody body(Budget budget) {
        var windows = budgets.levels(budget, clock.instant()).stream().map(level -> new WindowBody(
                level.label().equals("24 h") ? "rolling_day" : level.label(), level.limit(), level.used(), level.remaining(), level.isNearlyGone())).toList();
        return new BudgetBody(budget.agentId(), budget.currency(), budget.exponent(), budget.autoApproveLimit(), budget.maxPayment(), windows,
                budget.ceilingIsBelowLimit() ? List.of("max_payment is below auto_approve_limit; the ceiling is looked at first") : List.of());
    }

    private static long orZero(@Nullable Long amount) {
        return amount == null ? 0 : amount;
    }
}
