package io.countersign.command.policy;

import io.countersign.command.evaluation.CachingCompiler;
import io.countersign.command.evaluation.api.RuleCompiler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The evaluation knows no framework; here it becomes a part of the service. */
@Configuration(proxyBeanMethods = false)
class PolicyConfiguration {

    @Bean
    RuleCompiler ruleCompiler() {
        return new CachingCompiler();
    }
}
