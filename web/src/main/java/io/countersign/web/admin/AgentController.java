package io.countersign.web.admin;

import com.github.f4b6a3.uuid.UuidCreator;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.KeyScope;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.PrincipalCommand.CreateAgent;
import io.countersign.command.principal.api.PrincipalCommand.DisablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.EnablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.IssueKey;
import io.countersign.command.principal.api.PrincipalCommand.RevokeKey;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.reach.api.Reach;
import io.countersign.command.reach.api.ReachCommand.ChangeReach;
import io.countersign.command.reach.api.Reaches;
import io.countersign.web.security.ApiKeys;
import io.countersign.web.security.Caller;
import java.util.Locale;
import java.util.Map;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** The programs that may ask, and their keys. */
@Controller
class AgentController {

    private final Principals principals;
    private final ApiKeys keys;
    private final Reaches reaches;
    private final Desk desk;

    AgentController(Principals principals, ApiKeys keys, Reaches reaches, Desk desk) {
        this.reaches = reaches;
        this.principals = principals;
        this.keys = keys;
        this.desk = desk;
    }

    @GetMapping("/admin/agents")
    String list(@AuthenticationPrincipal Caller caller, Model model) {
        return listed(caller, model);
    }

    private String listed(Caller caller, Model model) {
        model.addAttribute("agents", principals.agents(caller.workspace()));
        return "admin/agents";
    }

    @GetMapping("/admin/agents/{id}")
    String one(@AuthenticationPrincipal Caller caller, @PathVariable String id, Model model) {
        return page(agent(id, caller), model);
    }

    /** The new key stands in this very answer and nowhere else, which is why it is no redirect: not even the session may hold it. */
    @PostMapping("/admin/agents")
    ModelAndView create(@AuthenticationPrincipal Caller caller, @RequestParam String name, @RequestParam Map<String, String> typed, Model model) {
        Caution.admin(caller);
        var id = UuidCreator.getTimeOrderedEpoch().toString();
        try {
            desk.send(new CreateAgent(id, caller.workspace(), name.strip(), caller.principalId()));
        } catch (Refused refused) {
            return Form.filled(typed).refused(refused, code -> new Form.Field("name", "Name")).answer("/admin/agents", model,
                    () -> listed(caller, model));
        }
        return new ModelAndView(issue(id, KeyScope.ASK, caller, model));
    }

    /** A second key beside the first, so that the agent can change over before the old one is revoked. */
    @PostMapping("/admin/agents/{id}/keys")
    String rotate(@AuthenticationPrincipal Caller caller, @PathVariable String id, @RequestParam(defaultValue = "ask") String scope,
            Model model) {
        Caution.admin(caller);
        agent(id, caller);
        return issue(id, KeyScope.of(scope).orElseThrow(NotHere::new), caller, model);
    }

    @PostMapping("/admin/agents/{id}/keys/{key}/revoke")
    String revoke(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, @PathVariable String key,
            RedirectAttributes next) {
        Caution.admin(caller);
        agent(id, caller);
        desk.tell(next, new RevokeKey(id, key), "Key " + key + " is revoked. It stopped working just now.", words);
        return "redirect:/admin/agents/" + id;
    }

    @PostMapping("/admin/agents/{id}/access")
    String access(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id,
            @RequestParam boolean enabled, RedirectAttributes next) {
        Caution.admin(caller);
        var agent = agent(id, caller);
        desk.tell(next, enabled ? new EnablePrincipal(id) : new DisablePrincipal(id),
                agent.name() + (enabled ? " may ask again." : " is locked out. What it asked for before still stands."), words);
        return "redirect:/admin/agents/" + id;
    }

    /** In force on every node when the next page is there. */
    @PostMapping("/admin/agents/{id}/hosts")
    ModelAndView hosts(@AuthenticationPrincipal Caller caller, @PathVariable String id, @RequestParam boolean limited,
            @RequestParam(defaultValue = "") String hosts, @RequestParam Map<String, String> typed, RedirectAttributes next, Model model) {
        Caution.admin(caller);
        var agent = agent(id, caller);
        var named = hosts.lines().map(host -> host.strip().toLowerCase(Locale.ROOT)).filter(host -> !host.isEmpty()).distinct().toList();
        var form = desk.tell(next, Form.filled(typed), new ChangeReach(caller.workspace(), id, limited ? new Reach(true, named) : Reach.UNLIMITED),
                agent.name() + (limited ? " may choose from " + Words.many(named.size(), "host") + "." : " may go wherever the catalogue lets it."),
                field -> field.equals("hosts") ? new Form.Field("hosts", "Hosts") : null);
        return form.answer("/admin/agents/" + id, model, () -> page(agent, model));
    }

    private String issue(String id, KeyScope scope, Caller caller, Model model) {
        var key = keys.generate();
        desk.send(new IssueKey(id, key.id(), key.secretHash(), null, scope));
        model.addAttribute("key", key.text());
        model.addAttribute("keyId", key.id());
        return page(agent(id, caller), model);
    }

    private String page(Principal.Agent agent, Model model) {
        model.addAttribute("agent", agent);
        model.addAttribute("reach", reaches.of(agent.id()));
        var base = ServletUriComponentsBuilder.fromCurrentContextPath().build().toUriString();
        model.addAttribute("submit", Snippets.submit(base));
        model.addAttribute("poll", Snippets.poll(base));
        return "admin/agent";
    }

    private Principal.Agent agent(String id, Caller caller) {
        return principals.byId(id).filter(Principal.Agent.class::isInstance).map(Principal.Agent.class::cast)
                .filter(agent -> agent.workspace().equals(caller.workspace())).orElseThrow(NotHere::new);
    }
}
