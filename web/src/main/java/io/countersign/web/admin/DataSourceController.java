package io.countersign.web.admin;

import com.github.f4b6a3.uuid.UuidCreator;
import io.countersign.command.datasource.api.DataSourceCommand.DefineDataSource;
import io.countersign.command.datasource.api.DataSourceCommand.RetireDataSource;
import io.countersign.command.datasource.api.DataSourceCommand.ReviseDataSource;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.datasource.api.DataSources.Source;
import io.countersign.web.security.Caller;
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

/** The databases that agents may ask. A password goes in and never comes out. */
@Controller
class DataSourceController {

    private static final Map<String, Form.Field> FIELDS = Map.of("name", new Form.Field("name", "Name"), "name_exists", new Form.Field("name", "Name"),
            "url", new Form.Field("url", "Address"), "username", new Form.Field("username", "Role"),
            "password", new Form.Field("password", "Password"), "environment_group", new Form.Field("group", "Environment"));

    private final DataSources sources;
    private final Desk desk;

    DataSourceController(DataSources sources, Desk desk) {
        this.sources = sources;
        this.desk = desk;
    }

    @GetMapping("/admin/datasources")
    String list(@AuthenticationPrincipal Caller caller, Model model) {
        model.addAttribute("sources", sources.all(caller.workspace()));
        return "admin/datasources";
    }

    @PostMapping("/admin/datasources")
    ModelAndView define(@AuthenticationPrincipal Caller caller, @RequestParam String name, @RequestParam String url, @RequestParam String username,
            @RequestParam String password, @RequestParam String group, @RequestParam Map<String, String> typed, RedirectAttributes next, Model model) {
        Caution.admin(caller);
        return desk.tell(next, Form.filled(typed), new DefineDataSource(UuidCreator.getTimeOrderedEpoch().toString(), caller.workspace(),
                name.strip(), url.strip(), username.strip(), password, group.strip()), name.strip() + " can be asked now.", FIELDS::get)
                .answer("/admin/datasources", model, () -> list(caller, model));
    }

    /** A new password for the same place, tried before it is taken. */
    @PostMapping("/admin/datasources/{id}/password")
    String password(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, @RequestParam String password,
            RedirectAttributes next) {
        Caution.admin(caller);
        Source source = source(id, caller);
        desk.tell(next, new ReviseDataSource(id, caller.workspace(), source.url(), source.username(), password, source.environmentGroup()),
                source.name() + " has its new password.", words);
        return "redirect:/admin/datasources";
    }

    @PostMapping("/admin/datasources/{id}/retire")
    String retire(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, RedirectAttributes next) {
        Caution.admin(caller);
        Source source = source(id, caller);
        desk.tell(next, new RetireDataSource(id, caller.workspace()), source.name() + " can no longer be asked.", words);
        return "redirect:/admin/datasources";
    }

    private Source source(String id, Caller caller) {
        return sources.byId(caller.workspace(), id).orElseThrow(NotHere::new);
    }
}
