package io.countersign.web.admin;

import io.countersign.command.database.api.DatabaseServer;
import io.countersign.command.diagnostics.api.Diagnostics;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.store.api.Head;
import io.countersign.query.projection.api.Projections;
import io.countersign.web.security.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** How the service itself is doing. */
@Controller
class HealthController {

    private final Projections projections;
    private final Diagnostics diagnostics;
    private final Head head;
    private final DatabaseServer database;
    private final ObjectProvider<ActionSettings> settings;
    private final ObjectProvider<BuildProperties> build;

    HealthController(Projections projections, Diagnostics diagnostics, Head head, DatabaseServer database,
            ObjectProvider<ActionSettings> settings, ObjectProvider<BuildProperties> build) {
        this.projections = projections;
        this.diagnostics = diagnostics;
        this.head = head;
        this.database = database;
        this.settings = settings;
        this.build = build;
    }

    /** One thing that runs, and which. */
    record Part(String name, String version) {}

    @GetMapping("/admin/health")
    String health(Model model) {
        var states = projections.all();
        var sources = settings.getIfAvailable();
        model.addAttribute("projections", states);
        model.addAttribute("rebuilding", states.stream().anyMatch(state -> underWay(state.rebuild())));
        model.addAttribute("findings", diagnostics.current());
        model.addAttribute("events", head.index() + 1);
        model.addAttribute("parts", parts());
        model.addAttribute("settings", sources == null ? List.of() : sources.sources());
        return "admin/health";
    }

    @PostMapping("/admin/health/projections/{name}/rebuild")
    String rebuild(@AuthenticationPrincipal Caller caller, @PathVariable String name, RedirectAttributes next) {
        Caution.admin(caller);
        projections.rebuild(name);
        Notice.ok(next, "Building " + name + " anew beside the one that serves.");
        return "redirect:/admin/health";
    }

    @PostMapping("/admin/health/projections/{name}/retry")
    String retry(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String name, RedirectAttributes next) {
        Caution.admin(caller);
        Notice.ok(next, Words.many(projections.retryParked(name), "event") + " of " + name + " could be taken in now.");
        return "redirect:/admin/health";
    }

    static boolean underWay(Projections.@Nullable Rebuild rebuild) {
        return rebuild != null && rebuild.finishedAt() == null;
    }

    private List<Part> parts() {
        var version = build.getIfAvailable();
        return List.of(new Part("Countersign", version == null ? "development build" : version.getVersion()),
                new Part("PostgreSQL", database.version()),
                new Part("Java", Runtime.version() + ", " + System.getProperty("java.vendor")),
                new Part("Durable commits", database.isDurable() ? "yes" : "no"));
    }
}
