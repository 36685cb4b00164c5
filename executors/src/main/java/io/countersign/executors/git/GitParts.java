package io.countersign.executors.git;

import io.countersign.command.vault.api.Secrets;
import io.countersign.executors.git.GitAction.Operation;
import io.countersign.executors.outbound.OutboundClient;
import io.countersign.executors.workspace.Workspaces;
import java.time.Clock;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** An action type and an executor for each thing that can be done with git. */
final class GitParts implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        for (Operation operation : Operation.values()) {
            registry.registerBean(operation.wire() + "_type", GitAction.class, it -> it.supplier(context -> new GitAction(operation)));
            registry.registerBean(operation.wire() + "_executor", GitExecutor.class, it -> it.supplier(context -> new GitExecutor(operation,
                    context.bean(Workspaces.class), context.bean(OutboundClient.class), context.bean(Secrets.class), context.bean(Clock.class))));
        }
    }

    /** Brings them in. */
    @Configuration(proxyBeanMethods = false)
    @Import(GitParts.class)
    static class Wiring {}
}
