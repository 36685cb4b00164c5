package io.countersign.command.killswitch;

import io.countersign.command.action.api.Safeguard;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.Switches;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** New requests while a switch is thrown: one that freezes turns them away, any other has them recorded as blocked. */
@Component
@Order(Safeguard.SWITCHES)
class SwitchSafeguard implements Safeguard {

    private final Switches switches;

    SwitchSafeguard(Switches switches) {
        this.switches = switches;
    }

    @Override
    public String step() {
        return "kill-switches";
    }

    @Override
    public List<Opinion> examine(Asked asked, JsonNode params) {
        Optional<KillSwitch> thrown = switches.stopping(asked.workspace(),
                new Switches.Subject(asked.requesterId(), asked.actionType(), asked.connector(), asked.entry(), asked.scope()));
        if (thrown.isEmpty()) {
            return List.of(new Opinion.Pass("none that concerns this is thrown"));
        }
        if (thrown.get().freezes()) {
            throw new Refused(RefusalCode.FROZEN, thrown.get().sentence() + " Nothing was recorded; ask again when it is released.",
                    Map.of("switch", thrown.get().name()));
        }
        return List.of(new Opinion.Block("switched_off", thrown.get().sentence()));
    }
}
