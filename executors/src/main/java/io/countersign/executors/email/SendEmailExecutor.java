package io.countersign.executors.email;

import io.countersign.executors.outbound.OutboundClient;
import java.time.Clock;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Does {@code send_email} as {@code email:send} is done. */
@Component
class SendEmailExecutor extends EmailExecutor {

    SendEmailExecutor(OutboundClient client, Environment environment, Clock clock) {
        super(client, environment, clock);
    }

    @Override
    public String actionType() {
        return SendEmail.NAME;
    }
}
