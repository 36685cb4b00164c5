package io.countersign.executors.undo;

import static org.axonframework.commandhandling.GenericCommandMessage.asCommandMessage;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionCommand.RequestRollback;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Later;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Has the undoing begin in the name of whoever approved it, or of the person who asked when nobody had to. The other action tells how it ends. */
@Component
class UndoExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Set<String> BEGUN = Set.of(ActionStatus.ROLLING_BACK.wire(), ActionStatus.ROLLED_BACK.wire());
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final CommandGateway commands;

    UndoExecutor(CommandGateway commands) {
        this.commands = commands;
    }

    @Override
    public String actionType() {
        return UndoAction.NAME;
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) {
        JsonNode params = JSON.readTree(attempt.params());
        String id = params.path("action_id").asString("").toLowerCase(Locale.ROOT);
        String by = attempt.decidedBy() == null || attempt.decidedBy().startsWith("system:") ? attempt.requesterId() : attempt.decidedBy();
        try {
            commands.sendAndWait(asCommandMessage(new RequestRollback(id, attempt.workspace(), by, "Asked for by action " + attempt.actionId(),
                    attempt.actionId())).withMetaData(Map.of("actor", by, "workspace", attempt.workspace(), "origin", "system")));
            return begun(id);
        } catch (AggregateNotFoundException unknown) {
            return new Failed("not_found", "There is no such action.", null);
        } catch (Refused refused) {
            if (refused.code() == RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE) {
                return new Later(PAUSE, "Nothing can be decided now.");
            }
            return BEGUN.contains(String.valueOf(refused.details().get("current_status"))) ? begun(id)
                    : new Failed(refused.code().code(), String.valueOf(refused.getMessage()), null);
        }
    }

    private static Succeeded begun(String id) {
        return new Succeeded(JSON.createObjectNode().put("action_id", id).put("undoing", "begun").toString(), null, false, false);
    }
}
