package io.countersign.command.reach;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.reach.api.Reaches;
import java.util.List;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Whether the host that a call chooses is one of its agent's; asked again before it starts. */
@Component
@Order(Safeguard.REACH)
class ReachSafeguard implements Safeguard {

    private final ActionTypes types;
    private final Reaches reaches;

    ReachSafeguard(ActionTypes types, Reaches reaches) {
        this.types = types;
        this.reaches = reaches;
    }

    @Override
    public String step() {
        return "reach";
    }

    @Override
    public List<Opinion> examine(Asked asked, JsonNode params) {
        Optional<String> host = types.byName(asked.actionType()).flatMap(type -> type.host(params));
        if (host.isEmpty()) {
            return List.of(new Opinion.Pass("chooses no host"));
        }
        return List.of(reaches.of(asked.requesterId()).includes(host.get()) ? new Opinion.Pass(host.get() + " is within reach")
                : new Opinion.Block("host_out_of_reach", host.get() + " is not among the hosts this agent may reach."));
    }

    @Override
    public List<Opinion> examineAgain(Asked asked, JsonNode params) {
        return examine(asked, params);
    }
}
