package io.countersign.web.admin;

import io.countersign.web.connectors.Connector;
import io.countersign.web.connectors.Connectors;
import io.countersign.web.connectors.Workers;
import io.countersign.web.security.Caller;
import java.util.Comparator;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** How those are doing who do it: the executors of the house, and the workers outside. */
@Controller
class ConnectorController {

    private final Connectors connectors;
    private final Workers workers;

    ConnectorController(Connectors connectors, Workers workers) {
        this.connectors = connectors;
        this.workers = workers;
    }

    /** What needs somebody comes first. */
    @GetMapping("/admin/connectors")
    String connectors(@AuthenticationPrincipal Caller caller, Model model) {
        var all = connectors.of(caller);
        model.addAttribute("connectors", all.stream().filter(one -> one.health() != Connector.Health.NOT_OFFERED)
                .sorted(Comparator.comparing(Connector::health).thenComparing(Connector::name)).toList());
        model.addAttribute("notOffered", all.stream().filter(one -> one.health() == Connector.Health.NOT_OFFERED).toList());
        return "admin/connectors";
    }

    @GetMapping("/admin/workers")
    String workers(@AuthenticationPrincipal Caller caller, Model model) {
        model.addAttribute("shift", workers.of(caller));
        var base = ServletUriComponentsBuilder.fromCurrentContextPath().build().toUriString();
        model.addAttribute("claim", Snippets.claim(base));
        model.addAttribute("complete", Snippets.complete(base));
        return "admin/workers";
    }
}
