package io.countersign.web.admin;

import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.Actions;
import io.countersign.web.erasure.Erasing;
import io.countersign.web.erasure.Erasing.Preview;
import io.countersign.web.security.Caller;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Erasing for good, after a look at what that would take with it. */
@Controller
class EraseController {

    private final Erasing erasing;
    private final Actions actions;
    private final Principals principals;

    EraseController(Erasing erasing, Actions actions, Principals principals) {
        this.erasing = erasing;
        this.actions = actions;
        this.principals = principals;
    }

    /** What would be erased, before it is. */
    @GetMapping("/admin/erase")
    String preview(@AuthenticationPrincipal Caller caller, @RequestParam(required = false) @Nullable String action,
            @RequestParam(required = false) @Nullable String principal, Model model) {
        Caution.admin(caller);
        model.addAttribute("action", action);
        model.addAttribute("principal", principal);
        model.addAttribute("agent", false);
        if (action != null) {
            model.addAttribute("name", actions.byId(caller.toReader(), action).map(Words::title).orElseThrow(NotHere::new));
            model.addAttribute("preview", erasing.ofAction(caller, action).orElseThrow(NotHere::new));
        } else {
            var found = found(caller, principal);
            var who = principals.byId(String.valueOf(principal)).orElseThrow(NotHere::new);
            model.addAttribute("name", who.name());
            model.addAttribute("agent", who instanceof Principal.Agent);
            model.addAttribute("preview", found);
        }
        return "admin/erase";
    }

    private Preview found(Caller caller, @Nullable String principal) {
        return erasing.ofPrincipal(caller, String.valueOf(principal), true).orElseThrow(NotHere::new);
    }

    @PostMapping("/admin/erase")
    String erase(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam(required = false) @Nullable String action,
            @RequestParam(required = false) @Nullable String principal, @RequestParam(defaultValue = "false") boolean actions,
            @RequestParam(defaultValue = "") String reason, RedirectAttributes next) {
        Caution.admin(caller);
        var back = action != null ? Addresses.of("/admin/erase", "action", action) : Addresses.of("/admin/erase", "principal", principal);
        try {
            if (action != null) {
                erasing.action(caller, action, reason);
                Notice.ok(next, "What was written about this action is erased. That it happened stays on the log.");
                return "redirect:/admin/actions/" + action;
            }
            var person = principals.byId(String.valueOf(principal)).orElseThrow(NotHere::new);
            var done = erasing.principal(caller, person.id(), actions, reason);
            Notice.ok(next, "Erased: who this was, and the content of " + Words.many(done.actions(), "action") + "."
                    + (done.cancelled() == 0 ? "" : " Of these, " + Words.many(done.cancelled(), "action") + " still waited and were withdrawn.")
                    + (done.open() == 0 ? "" : " Not ended yet, and left with their content: " + Words.many(done.open(), "action")
                    + "; erase again when they have ended.")
                    + (done.remaining() == done.open() ? "" : " " + Words.many(done.remaining() - done.open(), "action") + " are left; erase again."));
            return "redirect:" + Addresses.of("/admin/audit", "subject", person.id());
        } catch (Refused refused) {
            Notice.warn(next, Desk.sentence(refused, words));
            return "redirect:" + back;
        }
    }
}
