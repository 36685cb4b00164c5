package io.countersign.web.admin;

import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Role;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.compensation.api.Compensations;
import io.countersign.query.compensation.api.Compensations.Plan;
import io.countersign.query.compensation.api.Compensations.Step;
import io.countersign.web.security.Caller;
import io.countersign.web.undo.Compensating;
import io.countersign.web.undo.Undoing;
import io.countersign.web.undo.Undoing.Ended;
import io.countersign.web.undo.Undoing.Scope;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** What was done and can be undone, the newest first, and the plans of what is to be made good. */
@Controller
class UndoController {

    private static final int PAGE = 50;
    private static final int PLANS = 10;

    private final Undoing undoing;
    private final Compensations plans;
    private final Compensating compensating;
    private final Previews previews;

    UndoController(Undoing undoing, Compensations plans, Compensating compensating, Previews previews) {
        this.undoing = undoing;
        this.plans = plans;
        this.compensating = compensating;
        this.previews = previews;
    }

    /** One part of a plan; {@code row} is null when its action is not here. */
    record Part(Step step, @Nullable ActionRow row, @Nullable String gist, boolean reversible) {}

    @GetMapping("/admin/undo")
    String list(@AuthenticationPrincipal Caller caller, @RequestParam(required = false) @Nullable String cursor, Model model) {
        var page = undoing.page(caller, new Scope(null, null, null, null), PAGE, cursor);
        model.addAttribute("rows", page.items());
        var gists = new HashMap<String, @Nullable String>();
        page.items().forEach(row -> gists.put(row.id(), previews.gist(row)));
        model.addAttribute("gists", gists);
        model.addAttribute("next", page.nextCursor());
        model.addAttribute("plans", plans.latest(caller.toReader(), PLANS));
        model.addAttribute("decides", caller.atLeast(Role.ANALYST));
        return "admin/undo";
    }

    /** Undoes the chosen ones in the order of the page: the newest first. */
    @PostMapping("/admin/undo")
    String undo(@AuthenticationPrincipal Caller caller, @RequestParam(defaultValue = "") List<String> ids,
            @RequestParam(defaultValue = "false") boolean goOn, RedirectAttributes next) {
        if (ids.isEmpty()) {
            Notice.warn(next, "Nothing was chosen, so nothing was undone.");
            return "redirect:/admin/undo";
        }
        var chosen = ids.stream().distinct().limit(PAGE).toList();
        var ended = undoing.undo(caller, chosen, goOn, null);
        tell(next, ended, chosen.size() - ended.size());
        return "redirect:/admin/undo";
    }

    /** What a plan names, what of it can be undone, and what became of it. */
    @GetMapping("/admin/undo/plans/{id}")
    String plan(@AuthenticationPrincipal Caller caller, @PathVariable String id, Model model) {
        var plan = found(caller, id);
        var parts = plan.steps().stream().map(step -> part(caller, step)).toList();
        model.addAttribute("plan", plan);
        model.addAttribute("parts", parts);
        model.addAttribute("open", parts.stream().filter(part -> part.reversible() && part.step().status().equals("pending")).count());
        model.addAttribute("decides", caller.atLeast(Role.ANALYST));
        return "admin/plan";
    }

    /** Undoes what of the plan can be undone and was not spoken of yet. */
    @PostMapping("/admin/undo/plans/{id}/run")
    String run(@AuthenticationPrincipal Caller caller, @PathVariable String id, @RequestParam(defaultValue = "false") boolean goOn,
            RedirectAttributes next) {
        Caution.analyst(caller);
        var plan = found(caller, id);
        var open = (int) plan.steps().stream().filter(step -> compensating.isOpen(caller, step)).count();
        var ended = compensating.run(caller, plan, goOn);
        tell(next, ended, Math.max(0, open - ended.size()));
        return "redirect:/admin/undo/plans/" + plan.id();
    }

    /** What became of a part that somebody made good elsewhere, or did not. */
    @PostMapping("/admin/undo/plans/{id}/actions/{index}")
    String acknowledge(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, @PathVariable int index,
            @RequestParam String status, @RequestParam(defaultValue = "") String detail, RedirectAttributes next) {
        Caution.analyst(caller);
        var plan = found(caller, id);
        try {
            compensating.acknowledge(caller, plan, index, status, ActionController.orNull(detail));
            Notice.ok(next, "Recorded what became of number " + (index + 1) + ".");
        } catch (Refused refused) {
            Notice.warn(next, Desk.sentence(refused, words));
        }
        return "redirect:/admin/undo/plans/" + plan.id();
    }

    private Part part(Caller caller, Step step) {
        var row = compensating.row(caller, step);
        return new Part(step, row.orElse(null), row.map(previews::gist).orElse(null), row.map(Undoing::isReversible).orElse(false));
    }

    private Plan found(Caller caller, String id) {
        return plans.byId(caller.toReader(), id).orElseThrow(NotHere::new);
    }

    private static void tell(RedirectAttributes next, List<Ended> ended, int left) {
        var undone = ended.stream().filter(Ended::isUndone).count();
        var failed = ended.stream().filter(one -> !one.isUndone()).map(Ended::error).toList();
        if (failed.isEmpty()) {
            Notice.ok(next, undone + " undone.");
        } else {
            Notice.warn(next, undone + " undone. Not undone: " + failed.getFirst() + (failed.size() == 1 ? "" : " (and " + (failed.size() - 1) + " more)")
                    + (left == 0 ? "" : " " + left + " not tried."));
        }
    }
}
