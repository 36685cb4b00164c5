package io.countersign.web.admin;

import io.countersign.command.vault.api.Secret;
import io.countersign.command.vault.api.SecretText;
import io.countersign.command.vault.api.Secrets;
import io.countersign.command.vault.api.VaultCommand.BindSecret;
import io.countersign.command.vault.api.VaultCommand.KeepSecrets;
import io.countersign.command.vault.api.VaultCommand.RemoveSecret;
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
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The vault. A value goes in and never comes out. */
@Controller
class VaultController {

    private static final String PAGE = "redirect:/admin/vault";

    private final Secrets secrets;
    private final Desk desk;

    VaultController(Secrets secrets, Desk desk) {
        this.secrets = secrets;
        this.desk = desk;
    }

    @GetMapping("/admin/vault")
    String list(@AuthenticationPrincipal Caller caller, Model model) {
        Caution.admin(caller);
        model.addAttribute("secrets", secrets.all(caller.workspace()));
        model.addAttribute("used", secrets.lastUsed(caller.workspace()));
        return "admin/vault";
    }

    @PostMapping("/admin/vault")
    String set(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String name, @RequestParam String value,
            RedirectAttributes next) {
        Caution.admin(caller);
        desk.tell(next, new KeepSecrets(caller.workspace(), Map.of(name.strip(), new SecretText(value)), true), name.strip() + " is set.", words);
        return PAGE;
    }

    /** Ties a secret to one host; without a host it is untied. */
    @PostMapping("/admin/vault/{name}/binding")
    String bind(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String name, @RequestParam String host,
            @RequestParam String header, RedirectAttributes next) {
        Caution.admin(caller);
        var binding = host.isBlank() ? null : new Secret.Binding(host.strip().toLowerCase(Locale.ROOT), header.strip());
        desk.tell(next, new BindSecret(caller.workspace(), name, binding),
                binding == null ? name + " is tied to no host." : name + " is sent to " + binding.host() + " only.", words);
        return PAGE;
    }

    @PostMapping("/admin/vault/{name}/remove")
    String remove(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String name, RedirectAttributes next) {
        Caution.admin(caller);
        desk.tell(next, new RemoveSecret(caller.workspace(), name), name + " is removed for good.", words);
        return PAGE;
    }
}
