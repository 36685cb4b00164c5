package io.countersign.executors.outbound;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
class OutboundConfiguration {

    @Bean
    OutboundClient outboundClient(Environment environment) {
        return OutboundClient.allowing(environment.getProperty("countersign.http-allow-private", ""));
    }
}
