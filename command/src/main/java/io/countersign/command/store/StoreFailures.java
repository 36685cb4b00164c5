package io.countersign.command.store;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import java.util.Map;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.eventsourcing.IncompatibleAggregateException;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Turns an unknown id into a refusal, and a store that cannot be reached into an honest refusal: nothing is allowed, and the caller learns
 * whether anything was stored.
 */
final class StoreFailures implements MessageHandlerInterceptor<CommandMessage<?>> {

    private static final Logger LOG = LoggerFactory.getLogger(StoreFailures.class);

    @Override
    public @Nullable Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain) throws Exception {
        try {
            return chain.proceed();
        } catch (AggregateNotFoundException | IncompatibleAggregateException e) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is nothing with this id.");
        } catch (DataAccessException | TransactionException | org.axonframework.eventsourcing.eventstore.EventStoreException
                | org.axonframework.common.jdbc.JdbcException e) {
            LOG.warn("A command could not be judged because the store failed: {}", e.getMessage());
            throw new Refused(RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE,
                    "The approval system cannot be reached, so nothing is allowed. Nothing was stored. Try again shortly.",
                    Map.of("stored", "no"));
        }
    }
}
