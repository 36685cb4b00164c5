package io.countersign.command.reach;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Authority;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.reach.api.Reach;
import io.countersign.command.reach.api.ReachCommand.ChangeReach;
import io.countersign.command.reach.api.ReachEvent;
import io.countersign.command.reach.api.ReachEvent.ReachChanged;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** The reach of one agent. Only an admin of its workspace changes it. */
@Aggregate(type = "Reach")
class ManagedReach {

    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-z0-9]([a-z0-9-]{0,62}\\.)*[a-z0-9-]{0,62}[a-z0-9]|[a-z0-9]");
    private static final int LONGEST = 253;
    private static final int MOST = 500;

    @AggregateIdentifier
    private @Nullable String id; // null until the first event names it

    private Reach inForce = Reach.UNLIMITED;

    ManagedReach() {
        // for Axon
    }

    @CommandHandler
    @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
    void decide(ChangeReach c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        Authority.admin(principals, actor, c.workspace());
        if (principals.byId(c.agentId()).filter(Principal.Agent.class::isInstance).filter(agent -> agent.workspace().equals(c.workspace())).isEmpty()) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such agent.");
        }
        List<String> hosts = c.reach().hosts();
        boolean sound = hosts.size() <= MOST && hosts.stream().allMatch(host -> host.length() <= LONGEST && HOST.matcher(host).matches());
        if (!sound) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "hosts must be at most 500 names of hosts in small letters, such as api.example.com or *.example.com.",
                    Map.of("details", List.of(Map.of("field", "hosts", "message", "must be names of hosts in small letters"))));
        }
        if (!c.reach().equals(inForce)) {
            apply(new ReachChanged(c.reachId(), c.workspace(), c.agentId(), c.reach()), MetaData.with("workspace", c.workspace()));
        }
    }

    @EventSourcingHandler
    void evolve(ReachEvent event) {
        id = event.reachId();
        switch (event) {
            case ReachChanged e -> inForce = e.reach();
        }
    }
}
