package io.countersign.executors.exec;

import io.countersign.command.execpolicy.api.Clearance;
import io.countersign.executors.workspace.Workspaces;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Programs, under both names. */
@Configuration(proxyBeanMethods = false)
class ExecParts {

    @Bean
    ExecRun execRun() {
        return new ExecRun(ExecRun.NAME);
    }

    @Bean
    ExecRun shellCommand() {
        return new ExecRun(ExecRun.OLDER);
    }

    @Bean
    ExecExecutor execRunExecutor(Clearance clearance, Workspaces workspaces, @Value("${countersign.exec-user:nobody}") String user) {
        return new ExecExecutor(execRun(), clearance, workspaces, user);
    }

    @Bean
    ExecExecutor shellCommandExecutor(Clearance clearance, Workspaces workspaces, @Value("${countersign.exec-user:nobody}") String user) {
        return new ExecExecutor(shellCommand(), clearance, workspaces, user);
    }
}
