package io.countersign.executors.payment;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import java.time.Duration;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** There is nothing behind it yet: in a demo the action is captured, otherwise it fails and says so. */
@Component
class PaymentExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Environment environment;

    PaymentExecutor(Environment environment) {
        this.environment = environment;
    }

    @Override
    public String actionType() {
        return PaymentTransfer.NAME;
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) {
        if (environment.getProperty("countersign.demo", Boolean.class, false)) {
            var rendered = JSON.createObjectNode().put("captured", true);
            rendered.set("params", JSON.readTree(attempt.params()));
            return new Succeeded(rendered.toString(), null, true, false);
        }
        return new Failed("executor_unavailable", "No payment provider is connected to this installation, so nothing was paid.", null);
    }
}
