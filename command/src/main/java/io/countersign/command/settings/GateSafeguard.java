package io.countersign.command.settings;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.settings.api.ActionSettings;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** What the house always wants a person to see. No entry, mode or standing approval answers in their place. */
@Component
@Order(Safeguard.GATES)
class GateSafeguard implements Safeguard {

    private static final String COMMIT = "git_commit";
    private static final String UNDO = "action:undo";

    private final ActionSettings settings;

    GateSafeguard(ActionSettings settings) {
        this.settings = settings;
    }

    @Override
    public String step() {
        return "gates";
    }

    @Override
    public List<Opinion> examine(Asked asked, JsonNode params) {
        if (settings.gates().commits() && asked.actionType().equals(COMMIT)) {
            return List.of(new Opinion.Ask("gate:require_commit_approval", "Every commit waits for a person here."));
        }
        if (settings.gates().undoing() && asked.actionType().equals(UNDO)) {
            return List.of(new Opinion.Ask("gate:require_rollback_approval", "All undoing waits for a person here."));
        }
        return List.of(new Opinion.Pass("no gate concerns this"));
    }
}
