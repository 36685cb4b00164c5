package io.countersign.executors.email;

import io.countersign.executors.outbound.OutboundClient;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** E-mail, under both names. */
@Configuration(proxyBeanMethods = false)
class EmailParts {

    @Bean
    EmailSend emailSend(Environment environment) {
        return new EmailSend(EmailSend.NAME, environment);
    }

    @Bean
    EmailSend sendEmail(Environment environment) {
        return new EmailSend(EmailSend.OLDER, environment);
    }

    @Bean
    EmailExecutor emailSendExecutor(OutboundClient client, Environment environment, Clock clock) {
        return new EmailExecutor(EmailSend.NAME, client, environment, clock);
    }

    @Bean
    EmailExecutor sendEmailExecutor(OutboundClient client, Environment environment, Clock clock) {
        return new EmailExecutor(EmailSend.OLDER, client, environment, clock);
    }
}
