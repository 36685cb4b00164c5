package io.countersign.web.admin;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.killswitch.api.Category;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchCommand.ReleaseSwitch;
import io.countersign.command.killswitch.api.SwitchCommand.ThrowSwitch;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.monitoring.api.Monitoring;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.Actions;
import io.countersign.web.security.Caller;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The kill switches. Everybody sees what is stopped; an admin confirms on a page of its own before anything stops. */
@Controller
class SwitchController {

    private final Switches switches;
    private final Principals principals;
    private final ActionTypes types;
    private final Entries entries;
    private final Actions actions;
    private final Monitoring monitoring;
    private final Desk desk;

    SwitchController(Switches switches, Principals principals, ActionTypes types, Entries entries, Actions actions, Monitoring monitoring,
            Desk desk) {
        this.monitoring = monitoring;
        this.switches = switches;
        this.principals = principals;
        this.types = types;
        this.entries = entries;
        this.actions = actions;
        this.desk = desk;
    }

    /** One thing that can be stopped. {@code thrown} is null while it may go on. */
    record Lever(SwitchScope scope, String subject, String label, @Nullable String hint, @Nullable KillSwitch thrown) {}

    /** Levers of one kind. */
    record Row(String title, List<Lever> levers) {
        public long stopped() {
            return levers.stream().filter(lever -> lever.thrown() != null).count();
        }
    }

    @GetMapping("/admin/switches")
    String all(@AuthenticationPrincipal Caller caller, Model model) {
        var thrown = switches.thrown(caller.workspace());
        model.addAttribute("rows", List.of(
                new Row("Categories", Arrays.stream(Category.values())
                        .map(category -> lever(SwitchScope.CATEGORY, category.wire(), category.label(), category.description(), thrown)).toList()),
                new Row("Agents", principals.agents(caller.workspace()).stream()
                        .map(agent -> lever(SwitchScope.AGENT, agent.id(), agent.name(), null, thrown)).toList()),
                new Row("Action types", types.all().stream()
                        .map(type -> lever(SwitchScope.ACTION_TYPE, type.name(), type.name(), type.description(), thrown)).toList()),
                new Row("Entries of the catalogue", entries.all(caller.workspace()).stream().filter(entry -> types.byName(entry.name()).isEmpty())
                        .map(entry -> lever(SwitchScope.ACTION_TYPE, entry.name(), entry.name(), entry.definition().description(), thrown)).toList()),
                new Row("Executors", types.all().stream().map(ActionType::connector).distinct()
                        .map(connector -> lever(SwitchScope.EXECUTOR, connector, connector, null, thrown)).toList())));
        model.addAttribute("everything", lever(SwitchScope.EVERYTHING, "", "Everything", null, thrown));
        model.addAttribute("monitoring", monitoring.of(caller.workspace()));
        model.addAttribute("agents", principals.agents(caller.workspace()));
        model.addAttribute("categories", Category.values());
        model.addAttribute("held", actions.counts(caller.toReader()).getOrDefault(ActionStatus.HELD, 0L));
        return "admin/switches";
    }

    /** What would be done, before it is. */
    @GetMapping("/admin/switches/confirm")
    String confirm(@AuthenticationPrincipal Caller caller, @RequestParam String scope, @RequestParam(defaultValue = "") String subject,
            @RequestParam(required = false) @Nullable String onward, Model model) {
        Caution.admin(caller);
        var of = SwitchScope.of(scope).orElseThrow(NotHere::new);
        model.addAttribute("onward", Addresses.local(onward, "/admin/switches"));
        model.addAttribute("lever", lever(of, subject, name(of, subject, caller), null, switches.thrown(caller.workspace())));
        return "admin/switch-confirm";
    }

    @PostMapping("/admin/switches")
    String set(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String scope,
            @RequestParam(defaultValue = "") String subject, @RequestParam boolean stop, @RequestParam(defaultValue = "") String reason,
            @RequestParam(required = false) @Nullable String onward, RedirectAttributes next) {
        Caution.admin(caller);
        var of = SwitchScope.of(scope).orElseThrow(NotHere::new);
        var name = name(of, subject, caller);
        desk.tell(next, stop ? new ThrowSwitch(caller.workspace(), of, subject, reason) : new ReleaseSwitch(caller.workspace(), of, subject, reason),
                stop ? name + ": stopped, on every node. Nothing new starts." : name + ": released. What was held goes on.", words);
        return "redirect:" + Addresses.local(onward, "/admin/switches");
    }

    private String name(SwitchScope scope, String subject, Caller caller) {
        return switch (scope) {
            case EVERYTHING -> "Everything";
            case CATEGORY -> Category.of(subject).map(Category::label).orElseThrow(NotHere::new);
            case AGENT -> principals.agents(caller.workspace()).stream().filter(agent -> agent.id().equals(subject)).map(Principal.Agent::name)
                    .findFirst().orElseThrow(NotHere::new);
            case ACTION_TYPE -> types.byName(subject).map(ActionType::name)
                    .or(() -> entries.byName(caller.workspace(), subject).map(Entry::name)).orElseThrow(NotHere::new);
            case EXECUTOR -> types.all().stream().map(ActionType::connector).filter(subject::equals).findFirst().orElseThrow(NotHere::new);
        };
    }

    private static Lever lever(SwitchScope scope, String subject, String label, @Nullable String hint, List<KillSwitch> thrown) {
        return new Lever(scope, subject, label, hint, thrown.stream()
                .filter(one -> one.scope() == scope && one.subject().equals(subject)).findFirst().orElse(null));
    }
}
