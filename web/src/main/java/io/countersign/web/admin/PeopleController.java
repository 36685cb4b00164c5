package io.countersign.web.admin;

import com.github.f4b6a3.uuid.UuidCreator;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.ChangePassword;
import io.countersign.command.principal.api.PrincipalCommand.ChangeRole;
import io.countersign.command.principal.api.PrincipalCommand.DisablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.EnablePrincipal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.web.security.Caller;
import io.countersign.web.security.Passwords;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
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

/** The people who decide, and one's own account. */
@Controller
class PeopleController {

    private static final String READABLE = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private final Principals principals;
    private final Passwords passwords;
    private final Desk desk;
    private final SecureRandom random = new SecureRandom();

    PeopleController(Principals principals, Passwords passwords, Desk desk) {
        this.principals = principals;
        this.passwords = passwords;
        this.desk = desk;
    }

    @GetMapping("/admin/people")
    String list(@AuthenticationPrincipal Caller caller, Model model) {
        Caution.admin(caller);
        return page(caller, model);
    }

    /** The first password stands in this answer alone. */
    @PostMapping("/admin/people")
    ModelAndView add(@AuthenticationPrincipal Caller caller, @RequestParam String name, @RequestParam String email, @RequestParam Role role,
            @RequestParam Map<String, String> typed, Model model) {
        Caution.admin(caller);
        var password = password();
        try {
            desk.send(new AddPerson(UuidCreator.getTimeOrderedEpoch().toString(), caller.workspace(), name.strip(), email.strip(), role,
                    passwords.hash(password)));
        } catch (Refused refused) {
            return Form.filled(typed).refused(refused, code -> code.equals("name_exists") ? new Form.Field("email", "E-mail") : null)
                    .answer("/admin/people", model, () -> page(caller, model));
        }
        return new ModelAndView(shown(name.strip(), password, caller, model));
    }

    @PostMapping("/admin/people/{id}/role")
    String role(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, @RequestParam Role role,
            RedirectAttributes next) {
        Caution.admin(caller);
        var person = person(id, caller);
        desk.tell(next, new ChangeRole(id, role), person.name() + " is now " + Words.role(role) + ".", words);
        return "redirect:/admin/people";
    }

    @PostMapping("/admin/people/{id}/access")
    String access(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id,
            @RequestParam boolean enabled, RedirectAttributes next) {
        Caution.admin(caller);
        var person = person(id, caller);
        desk.tell(next, enabled ? new EnablePrincipal(id) : new DisablePrincipal(id),
                person.name() + (enabled ? " may sign in again." : " is locked out, also where already signed in."), words);
        return "redirect:/admin/people";
    }

    @PostMapping("/admin/people/{id}/password")
    String reset(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, RedirectAttributes next,
            Model model) {
        Caution.admin(caller);
        var person = person(id, caller);
        var password = password();
        try {
            desk.send(new ChangePassword(id, passwords.hash(password)));
        } catch (Refused refused) {
            Notice.warn(next, Desk.sentence(refused, words));
            return "redirect:/admin/people";
        }
        return shown(person.name(), password, caller, model);
    }

    @GetMapping("/admin/account")
    String account() {
        return "admin/account";
    }

    /** Ends every session of this person, this one included, so the next page asks for the new password. */
    @PostMapping("/admin/account/password")
    String ownPassword(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String current,
            @RequestParam String password, RedirectAttributes next) {
        var stored = person(caller.principalId(), caller).passwordHash();
        if (!passwords.matches(current, stored)) {
            Notice.warn(next, "Not changed: the current password is not right.");
        } else if (password.length() < Passwords.SHORTEST || password.getBytes(StandardCharsets.UTF_8).length > Passwords.LONGEST) {
            Notice.warn(next, "Not changed: a password has at least %d characters and at most %d bytes.".formatted(
                    Passwords.SHORTEST, Passwords.LONGEST));
        } else if (desk.tell(next, new ChangePassword(caller.principalId(), passwords.hash(password)), "Your password is changed.", words)) {
            return "redirect:/login?password-changed";
        }
        return "redirect:/admin/account";
    }

    private String shown(String name, String password, Caller caller, Model model) {
        model.addAttribute("freshName", name);
        model.addAttribute("freshPassword", password);
        return page(caller, model);
    }

    private String page(Caller caller, Model model) {
        model.addAttribute("people", principals.people(caller.workspace()));
        model.addAttribute("roles", rolesGivenBy(caller));
        model.addAttribute("owner", caller.atLeast(Role.OWNER));
        return "admin/people";
    }

    private static List<Role> rolesGivenBy(Caller caller) {
        return Arrays.stream(Role.values()).filter(role -> role != Role.OWNER || caller.atLeast(Role.OWNER)).toList();
    }

    private String password() {
        return random.ints(20, 0, READABLE.length())
                .collect(StringBuilder::new, (text, digit) -> text.append(READABLE.charAt(digit)), StringBuilder::append).toString();
    }

    private Principal.Person person(String id, Caller caller) {
        return principals.byId(id).filter(Principal.Person.class::isInstance).map(Principal.Person.class::cast)
                .filter(person -> person.workspace().equals(caller.workspace())).orElseThrow(NotHere::new);
    }
}
