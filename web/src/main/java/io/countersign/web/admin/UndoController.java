package io.countersign.web.admin;

import io.countersign.command.principal.api.Role;
import io.countersign.query.compensation.api.Compensations;
import io.countersign.web.security.Caller;
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
    private final Previews previews;

    UndoController(Undoing undoing, Compensations plans, Previews previews) {
        this.undoing = undoing;
        this.plans = plans;
        this.previews = previews;
    }

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
        var undone = ended.stream().filter(Ended::isUndone).count();
        var failed = ended.stream().filter(one -> !one.isUndone()).map(Ended::error).toList();
        if (failed.isEmpty()) {
            Notice.ok(next, undone + " undone.");
        } else {
            var left = chosen.size() - ended.size();
            Notice.warn(next, undone + " undone. Not undone: " + failed.getFirst() + (failed.size() == 1 ? "" : " (and " + (failed.size() - 1) + " more)")
                    + (left == 0 ? "" : " " + left + " not tried."));
        }
        return "redirect:/admin/undo";
    }
}
