package io.countersign.command.store;

import java.util.LinkedHashMap;
import java.util.Map;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Refuses to start on parts other than ours. Where one is missing, auto-configuration puts one in its place that keeps everything in memory or
 * writes without a transaction, and says nothing.
 */
@Component
class StoreCheck implements SmartInitializingSingleton {

    private static final Map<Class<?>, Class<?>> EXPECTED = expected();

    private final ListableBeanFactory beans;

    StoreCheck(ListableBeanFactory beans) {
        this.beans = beans;
    }

    private static Map<Class<?>, Class<?>> expected() {
        Map<Class<?>, Class<?>> expected = new LinkedHashMap<>();
        expected.put(EventStorageEngine.class, GroupCommitEngine.class);
        expected.put(EventStore.class, SignallingEventStore.class);
        expected.put(TokenStore.class, LossDetectingTokenStore.class);
        expected.put(TransactionManager.class, SpringTransactionManager.class);
        return expected;
    }

    /** @throws IllegalStateException when a part is missing or another one */
    @Override
    public void afterSingletonsInstantiated() {
        EXPECTED.forEach((part, ours) -> {
            Map<String, ?> found = beans.getBeansOfType(part);
            if (found.isEmpty()) {
                throw new IllegalStateException("The event store has no %s. Declare a %s in StoreConfiguration."
                        .formatted(part.getSimpleName(), ours.getSimpleName()));
            }
            found.forEach((name, bean) -> mustBe(ours, part.getSimpleName() + " \"" + name + "\"", bean));
        });
        beans.getBeanProvider(EventProcessingConfiguration.class).ifAvailable(processing -> {
            mustBe(SpringTransactionManager.class, "TransactionManager of event processors", processing.transactionManager("any"));
            mustBe(LossDetectingTokenStore.class, "TokenStore of event processors", processing.tokenStore("any"));
        });
    }

    private static void mustBe(Class<?> ours, String part, Object bean) {
        if (!ours.isInstance(bean)) {
            throw new IllegalStateException(("The event store cannot be trusted: its %s is a %s, not a %s. "
                    + "Remove that bean; the parts are declared in StoreConfiguration.")
                    .formatted(part, bean.getClass().getSimpleName(), ours.getSimpleName()));
        }
    }
}
