package io.countersign.web.admin;

import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.monitoring.api.MonitoringCommand.RemoveMonitoringRule;
import io.countersign.command.monitoring.api.MonitoringCommand.SetMonitoringRule;
import io.countersign.command.monitoring.api.MonitoringRule;
import io.countersign.web.security.Caller;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Makes and removes the rules that throw switches by themselves; they stand on the page of the switches. */
@Controller
class MonitoringController {

    private final Desk desk;

    MonitoringController(Desk desk) {
        this.desk = desk;
    }

    @PostMapping("/admin/monitoring")
    String set(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String name,
            @RequestParam(defaultValue = "") String agent, @RequestParam(defaultValue = "") String most,
            @RequestParam(defaultValue = "") String sequence, @RequestParam(defaultValue = "") String window,
            @RequestParam(defaultValue = "agent") String stops, RedirectAttributes next) {
        Caution.admin(caller);
        List<String> steps = Arrays.stream(sequence.split(",")).map(String::strip).filter(step -> !step.isEmpty()).toList();
        Integer rate = number(most);
        Integer seconds = steps.isEmpty() ? Integer.valueOf(0) : number(window);
        var colon = stops.indexOf(':');
        var scope = SwitchScope.of(colon < 0 ? stops : stops.substring(0, colon)).orElseThrow(NotHere::new);
        if (rate == null || seconds == null) {
            Notice.warn(next, "Not set: actions a minute and seconds are whole numbers.");
        } else {
            desk.tell(next, new SetMonitoringRule(caller.workspace(), new MonitoringRule(name.strip(), agent, rate, steps, seconds, scope,
                    colon < 0 ? "" : stops.substring(colon + 1)), null), "The rule " + name.strip() + " is in force.", words);
        }
        return "redirect:/admin/switches#monitoring";
    }

    @PostMapping("/admin/monitoring/remove")
    String remove(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String name, RedirectAttributes next) {
        Caution.admin(caller);
        desk.tell(next, new RemoveMonitoringRule(caller.workspace(), name, null), "The rule " + name + " is removed. A switch that it threw stays thrown.",
                words);
        return "redirect:/admin/switches#monitoring";
    }

    /** Zero for nothing; null for what is no number. */
    private static @Nullable Integer number(String text) {
        return text.isBlank() ? Integer.valueOf(0) : text.strip().matches("\\d{1,6}") ? Integer.valueOf(text.strip()) : null;
    }
}
