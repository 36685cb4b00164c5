package io.countersign.web.security;

import io.countersign.command.sealing.api.Keyring;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.MessageDispatchInterceptor;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Writes on every command who sent it. Within an authenticated request that is the caller, whatever the sender wrote; elsewhere the
 * sender's own metadata stand.
 */
@Component
public class CallerMetadata implements MessageDispatchInterceptor<CommandMessage<?>> {

    /** Metadata key: id of the principal. */
    public static final String ACTOR = "actor";
    /** Metadata key: workspace of the principal. */
    public static final String WORKSPACE = "workspace";
    /** Metadata key: the channel, see {@link Caller#origin()}. */
    public static final String ORIGIN = "origin";
    /** Metadata key: id of the request. */
    public static final String REQUEST_ID = "request_id";
    /** Metadata key: where the request came from, sealed under the actor's key. */
    public static final String ADDRESS = "address";
    /** Metadata key: trace of the request. */
    public static final String TRACE_ID = "trace_id";

    private final Keyring keyring;

    CallerMetadata(Keyring keyring) {
        this.keyring = keyring;
    }

    @Override
    public BiFunction<Integer, CommandMessage<?>, CommandMessage<?>> handle(List<? extends CommandMessage<?>> messages) {
        Map<String, Object> metadata = current();
        return (index, command) -> metadata.isEmpty() ? command : command.andMetaData(metadata);
    }

    /** What commands of this thread carry now; empty outside an authenticated request. */
    private Map<String, Object> current() {
        Optional<Caller> caller = Caller.current();
        if (caller.isEmpty()) {
            return Map.of();
        }
        return of(caller.get());
    }

    /** What a command carries that this caller sends within the current request, or outside any. */
    Map<String, Object> of(Caller caller) {
        Map<String, Object> metadata = new HashMap<>(Map.of(ACTOR, caller.principalId(), WORKSPACE, caller.workspace(), ORIGIN, caller.origin()));
        if (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes) {
            metadata.put(REQUEST_ID, RequestIds.of(attributes.getRequest()));
            metadata.put(TRACE_ID, RequestIds.traceOf(attributes.getRequest()));
            metadata.put(ADDRESS, keyring.seal(caller.principalId(), ADDRESS, attributes.getRequest().getRemoteAddr()).box());
        }
        return metadata;
    }
}
