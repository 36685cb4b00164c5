package io.countersign.web.admin;

import io.countersign.command.execpolicy.api.ExecPolicies;
import io.countersign.command.execpolicy.api.ExecPolicy;
import io.countersign.command.execpolicy.api.ExecPolicy.Mode;
import io.countersign.command.execpolicy.api.ExecPolicyCommand.ChangeExecPolicy;
import io.countersign.web.security.Caller;
import java.util.List;
import java.util.Map;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Which programs may run, and which words ask for a person. */
@Controller
class ExecPolicyController {

    private static final Map<String, Form.Field> FIELDS = Map.of("allowed", new Form.Field("allowed", "Allowed"),
            "denied", new Form.Field("denied", "Denied"), "approval_required_patterns", new Form.Field("patterns", "Patterns"),
            "default_timeout_secs", new Form.Field("timeout", "Time limit in seconds"));

    private final ExecPolicies policies;
    private final Desk desk;

    ExecPolicyController(ExecPolicies policies, Desk desk) {
        this.policies = policies;
        this.desk = desk;
    }

    @GetMapping("/admin/exec-policy")
    String show(@AuthenticationPrincipal Caller caller, Model model) {
        var policy = policies.of(caller.workspace());
        model.addAttribute("policy", policy);
        model.addAttribute("modes", Mode.values());
        model.addAttribute("allowed", String.join("\n", policy.allowed()));
        model.addAttribute("denied", String.join("\n", policy.denied()));
        model.addAttribute("patterns", String.join("\n", policy.approvalRequiredPatterns()));
        return "admin/exec-policy";
    }

    @PostMapping("/admin/exec-policy")
    ModelAndView change(@AuthenticationPrincipal Caller caller, @RequestParam(defaultValue = "false") boolean enabled, @RequestParam Mode mode,
            @RequestParam(defaultValue = "false") boolean strict, @RequestParam(defaultValue = "") String allowed,
            @RequestParam(defaultValue = "") String denied, @RequestParam(defaultValue = "300") int timeout,
            @RequestParam(defaultValue = "false") boolean approvals, @RequestParam(defaultValue = "") String patterns, @RequestParam long version,
            @RequestParam Map<String, String> typed, RedirectAttributes next, Model model) {
        Caution.admin(caller);
        return desk.tell(next, Form.filled(typed), new ChangeExecPolicy(caller.workspace(), new ExecPolicy(enabled, mode, strict, lines(allowed),
                lines(denied), timeout, approvals, lines(patterns), version)), "The exec policy is in force on every node.", FIELDS::get)
                .answer("/admin/exec-policy", model, () -> show(caller, model));
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
