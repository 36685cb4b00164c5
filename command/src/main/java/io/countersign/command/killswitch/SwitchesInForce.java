package io.countersign.command.killswitch;

import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchEvent;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchReleased;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchThrown;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader.Stored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** This node's copy of all switchboards, compared with the epoch at every question: a switch stops everywhere once its call returns. */
@Component
class SwitchesInForce implements Switches {

    private static final Comparator<KillSwitch> WIDEST_FIRST = Comparator.comparing(KillSwitch::scope).thenComparing(KillSwitch::subject);

    private final Keyring keyring;
    private final Supplier<Map<String, List<KillSwitch>>> thrown;

    SwitchesInForce(ConfigurationLog log, Keyring keyring) {
        this.keyring = keyring;
        this.thrown = log.copy("Switchboard", Map.of(), this::after);
    }

    @Override
    public List<KillSwitch> thrown(String workspace) {
        return thrown.get().getOrDefault(workspace, List.of());
    }

    private Map<String, List<KillSwitch>> after(Map<String, List<KillSwitch>> before, List<Stored> events) {
        Map<String, List<KillSwitch>> next = new HashMap<>(before);
        for (Stored stored : events) {
            switch ((SwitchEvent) stored.payload()) {
                case SwitchThrown e -> {
                    List<KillSwitch> all = without(next, e.workspace(), KillSwitch.nameOf(e.scope(), e.subject()));
                    String reason = keyring.open(e.reason(), Switchboard.REASON, SwitchEvent.Reason.class).map(SwitchEvent.Reason::text)
                            .orElse(null);
                    all.add(new KillSwitch(e.scope(), e.subject(), e.thrownBy(), stored.at(), reason));
                    next.put(e.workspace(), all.stream().sorted(WIDEST_FIRST).toList());
                }
                case SwitchReleased e -> next.put(e.workspace(),
                        List.copyOf(without(next, e.workspace(), KillSwitch.nameOf(e.scope(), e.subject()))));
            }
        }
        return Map.copyOf(next);
    }

    private static List<KillSwitch> without(Map<String, List<KillSwitch>> all, String workspace, String name) {
        List<KillSwitch> rest = new ArrayList<>(all.getOrDefault(workspace, List.of()));
        rest.removeIf(thrown -> thrown.name().equals(name));
        return rest;
    }
}
