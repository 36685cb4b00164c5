package io.countersign.web.admin;

import io.countersign.command.budget.api.Budget;
import io.countersign.command.budget.api.BudgetCommand.LiftBudget;
import io.countersign.command.budget.api.BudgetCommand.SetBudget;
import io.countersign.command.budget.api.Budgets;
import io.countersign.command.budget.api.Budgets.Level;
import io.countersign.command.catalogue.api.Money;
import io.countersign.command.principal.api.Principals;
import io.countersign.web.security.Caller;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** What money may leave, and what is left of it. */
@Controller
class BudgetController {

    private static final List<Form.Field> AMOUNTS = List.of(new Form.Field("automatic", "Nobody is asked up to"),
            new Form.Field("ceiling", "One payment at most"), new Form.Field("day", "On one day"), new Form.Field("month", "In one month"),
            new Form.Field("rolling", "Within any 24 hours"));

    private final Budgets budgets;
    private final Principals principals;
    private final Clock clock;
    private final Desk desk;

    BudgetController(Budgets budgets, Principals principals, Clock clock, Desk desk) {
        this.budgets = budgets;
        this.principals = principals;
        this.clock = clock;
        this.desk = desk;
    }

    /** One budget in words. {@code automatic} and {@code ceiling} are null where there is none. */
    record Row(Budget budget, String whose, @Nullable String automatic, @Nullable String ceiling, List<Bar> bars) {}

    /** One window as a bar. {@code share} is the used part in percent, at most 100. */
    record Bar(String label, String remaining, String limit, int share, boolean nearlyGone) {}

    @GetMapping("/admin/budgets")
    String all(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, Model model) {
        model.addAttribute("budgets", budgets.of(caller.workspace()).stream().map(budget -> row(budget, words)).toList());
        model.addAttribute("agents", principals.agents(caller.workspace()));
        return "admin/budgets";
    }

    @PostMapping("/admin/budgets")
    ModelAndView set(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String currency,
            @RequestParam(defaultValue = "") String agent, @RequestParam Map<String, String> typed, RedirectAttributes next, Model model) {
        Caution.admin(caller);
        var form = Form.filled(typed);
        var code = currency.strip().toUpperCase(Locale.ROOT);
        var digits = Money.exponentOf(code).orElse(2);
        Map<String, @Nullable Long> amounts = new HashMap<>();
        for (var field : AMOUNTS) {
            try {
                amounts.put(field.name(), units(typed.getOrDefault(field.name(), ""), digits));
            } catch (ArithmeticException | NumberFormatException malformed) {
                form = form.wrong(field.name(), field.label() + " must be " + (digits == 0 ? "a whole number, such as 1250."
                        : "a number with at most " + digits + " digits behind the point, such as 12.50."));
            }
        }
        if (form.sound()) {
            form = desk.tell(next, form, new SetBudget(new Budget(caller.workspace(), agent.isEmpty() ? null : agent, code, digits,
                    orZero(amounts.get("automatic")), orZero(amounts.get("ceiling")), amounts.get("day"), amounts.get("month"), amounts.get("rolling"))),
                    "The budget in " + code + " is in force.", none -> null);
        }
        return form.answer("/admin/budgets", model, () -> all(caller, words, model));
    }

    @PostMapping("/admin/budgets/lift")
    String lift(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String currency,
            @RequestParam(defaultValue = "") String agent, RedirectAttributes next) {
        Caution.admin(caller);
        desk.tell(next, new LiftBudget(caller.workspace(), agent.isEmpty() ? null : agent, currency),
                "The budget in " + currency + " is lifted. Payments that it let through unasked are asked about now.", words);
        return "redirect:/admin/budgets";
    }

    private Row row(Budget budget, Words words) {
        var one = new Money(0, budget.currency(), budget.exponent());
        return new Row(budget, budget.agentId() == null ? "the whole workspace" : words.who(budget.agentId()),
                budget.autoApproveLimit() == 0 ? null : one.of(budget.autoApproveLimit()).text(),
                budget.maxPayment() == 0 ? null : one.of(budget.maxPayment()).text(),
                budgets.levels(budget, clock.instant()).stream().map(level -> bar(level, one)).toList());
    }

    private static Bar bar(Level level, Money one) {
        var share = level.limit() == 0 ? 100 : (int) Math.min(100, Math.round(100.0 * level.used() / level.limit()));
        return new Bar(level.label().equals("24 h") ? "Any 24 hours" : "This " + level.label(), one.of(level.remaining()).text(),
                one.of(level.limit()).text(), share, level.isNearlyGone());
    }

    private static @Nullable Long units(String amount, int digits) {
        return amount.isBlank() ? null : new BigDecimal(amount.strip()).movePointRight(digits).longValueExact();
    }

    private static long orZero(@Nullable Long amount) {
        return amount == null ? 0 : amount;
    }
}
