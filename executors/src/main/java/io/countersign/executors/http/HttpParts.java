package io.countersign.executors.http;

import io.countersign.command.vault.api.Secrets;
import io.countersign.executors.outbound.OutboundClient;
import java.time.Clock;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** One action type and one executor for each kind of request, and for each operation that is described. */
final class HttpParts implements BeanRegistrar {

    @Configuration(proxyBeanMethods = false)
    @Import(HttpParts.class)
    static class Assembly {}

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        for (HttpKind kind : HttpKind.values()) {
            registry.registerBean(kind.typeName() + " type", HttpType.class, spec -> spec.supplier(context -> new HttpType(kind)));
            registry.registerBean(kind.typeName() + " executor", HttpExecutor.class, spec -> spec.supplier(context -> new HttpExecutor(kind,
                    context.bean(OutboundClient.class), context.bean(Secrets.class), context.bean(Clock.class))));
        }
        for (Operation operation : Operation.all()) {
            registry.registerBean(operation.name() + " type", OperationType.class, spec -> spec.supplier(context -> new OperationType(operation)));
            registry.registerBean(operation.name() + " executor", OperationExecutor.class, spec -> spec.supplier(context ->
                    new OperationExecutor(operation, context.bean(OutboundClient.class), context.bean(Secrets.class),
                            environment.getProperty("countersign.demo", Boolean.class, false))));
        }
    }
}
