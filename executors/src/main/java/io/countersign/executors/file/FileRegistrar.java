package io.countersign.executors.file;

import io.countersign.executors.file.FileAction.Operation;
import io.countersign.executors.workspace.Workspaces;
import java.nio.file.Path;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** An action type and an executor for each thing that can be done to files. */
final class FileRegistrar implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        for (Operation operation : Operation.values()) {
            registry.registerBean(operation.wire() + "_type", FileAction.class, it -> it.supplier(context -> new FileAction(operation)));
            registry.registerBean(operation.wire() + "_executor", FileExecutor.class,
                    it -> it.supplier(context -> new FileExecutor(operation, context.bean(Workspaces.class))));
        }
    }

    /** Brings them in. */
    @Configuration(proxyBeanMethods = false)
    @Import(FileRegistrar.class)
    static class Wiring {

        @Bean
        Workspaces workspaces(@Value("${countersign.data-dir:./data}") Path dataFolder) {
            return new Workspaces(dataFolder);
        }

        @Bean
        FileLookout fileLookout(Workspaces workspaces) {
            return new FileLookout(workspaces);
        }
    }
}
