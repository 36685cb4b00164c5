package io.countersign.executors.execution;

import static io.countersign.executors.execution.CommandSide.ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionEvent.ExecutionStarted;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.action.api.ExpirySweep;
import io.countersign.executors.ActionExecutor;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class ExecutionConfigurationTests {

    @Test
    void the_assembled_service_executes_with_the_beans_it_finds_and_can_be_swept() {
        try (CommandSide side = new CommandSide(ExecutionConfiguration.class, OneExecutor.class)) {
            String id = side.ask(ONCE);
            side.awaitStatus(id, ActionStatus.EXECUTED);
            assertThat(side.events(id, ExecutionStarted.class)).singleElement()
                    .returns("assembled", ExecutionStarted::nodeId).returns("test:once@1", ExecutionStarted::executorVersion);
            assertThat(side.bean(ExpirySweep.class).sweepNow()).isZero();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneExecutor {

        @Bean
        ActionExecutor onceExecutor() {
            return new ScriptedExecutor(ONCE);
        }
    }
}
