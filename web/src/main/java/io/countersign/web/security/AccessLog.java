package io.countersign.web.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.command.access.api.AccessCommand;
import io.countersign.command.access.api.AccessCommand.NoteExport;
import io.countersign.command.access.api.AccessCommand.NoteFailedSignIn;
import io.countersign.command.access.api.AccessCommand.NoteKeyUse;
import io.countersign.command.access.api.AccessCommand.NoteReading;
import io.countersign.command.access.api.AccessCommand.NoteRefusal;
import io.countersign.command.access.api.AccessCommand.NoteSignIn;
import io.countersign.command.api.Ids;
import io.countersign.command.principal.api.Principal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Puts on the log who came in, who was turned away and what was looked at. What repeats itself within a short while is noted once on each
 * node, so that nobody can fill the log by trying. What cannot be noted does not happen, except refusals: those stand all the same.
 */
@Component
public class AccessLog {

    /** Refusals that are about who calls; all others are about what was called. */
    private static final Set<String> ABOUT_THE_CALLER = Set.of("forbidden", "insufficient_role", "separation_of_duties");
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{1,64}");
    private static final String NOBODY = "system:sign-in";
    private static final String SOMEWHERE = "default";

    private final CommandGateway commands;
    private final CallerMetadata metadata;
    private final Ids ids;
    private final Cache<String, Boolean> minute = notedFor(Duration.ofMinutes(1));
    private final Cache<String, Boolean> tenMinutes = notedFor(Duration.ofMinutes(10));
    private final Cache<String, Boolean> hour = notedFor(Duration.ofHours(1));

    AccessLog(@Lazy CommandGateway commands, CallerMetadata metadata, Ids ids) {
        this.commands = commands;
        this.metadata = metadata;
        this.ids = ids;
    }

    private static Cache<String, Boolean> notedFor(Duration time) {
        return Caffeine.newBuilder().maximumSize(20_000).expireAfterWrite(time).build();
    }

    /** Somebody signed in at the console. */
    void signedIn(Caller caller) {
        note(caller, new NoteSignIn(ids.next(), caller.workspace(), caller.origin()));
    }

    /** A password was right for a call of the interface. */
    void called(Principal.Person person) {
        Caller caller = Caller.of(person, Caller.API);
        once(hour, "person " + person.id(), () -> note(caller, new NoteSignIn(ids.next(), caller.workspace(), Caller.API)));
    }

    /** A key was right for a call of the interface. */
    void called(Principal.Agent agent, String keyId) {
        Caller caller = Caller.of(agent, Caller.API);
        once(hour, "key " + keyId, () -> note(caller, new NoteKeyUse(ids.next(), caller.workspace(), keyId)));
    }

    /** A password was wrong; the number of tries is limited elsewhere. */
    void failed(Optional<? extends Principal> account, String typed, String address, String channel) {
        failed(account, typed, address, channel, "refused");
    }

    /** There was no try left. */
    void throttled(Optional<? extends Principal> account, String typed, String address, String channel) {
        once(tenMinutes, "throttled " + account.map(Principal::id).orElse(address), () -> failed(account, typed, address, channel, "throttled"));
    }

    /** A key was known, and may not be used. */
    void failed(Principal.Agent agent, String keyId, String address) {
        once(minute, "key " + keyId, () -> failed(Optional.of(agent), keyId, address, Caller.API, "refused"));
    }

    private void failed(Optional<? extends Principal> account, String typed, String address, String channel, String cause) {
        Optional<? extends Principal> known = account.filter(principal -> !principal.erased());
        String workspace = known.map(Principal::workspace).orElse(SOMEWHERE);
        commands.sendAndWait(GenericCommandMessage.asCommandMessage(new NoteFailedSignIn(ids.next(), workspace,
                        known.map(Principal::id).orElse(null), channel, cause, typed, address))
                .andMetaData(Map.of(CallerMetadata.ACTOR, NOBODY, CallerMetadata.WORKSPACE, workspace, CallerMetadata.ORIGIN, channel,
                        CallerMetadata.REQUEST_ID, RequestIds.current())));
    }

    /**
     * The caller of this request was refused.
     *
     * @param code why; noted only when it is about who calls
     * @param call method and pattern of what was called
     * @param target the id in it; null for none
     */
    public void refused(String code, String call, @Nullable String target) {
        String id = target != null && ID.matcher(target).matches() ? target : null;
        if (ABOUT_THE_CALLER.contains(code)) {
            Caller.current().ifPresent(caller -> {
                try {
                    once(minute, "refused " + caller.principalId() + " " + code + " " + call,
                            () -> note(caller, new NoteRefusal(ids.next(), caller.workspace(), code, call, id)));
                } catch (RuntimeException e) {
                    LOG.warn("A refusal could not be noted: {}", e.getMessage());
                }
            });
        }
    }

    /**
     * A person opens what was asked for. Agents see only their own, which is not noted.
     *
     * @param how {@code opened}, {@code explained} or {@code proved}
     */
    public void reads(Caller caller, String actionId, String how) {
        if (!caller.isAgent()) {
            once(tenMinutes, "read " + caller.principalId() + " " + actionId + " " + how,
                    () -> note(caller, new NoteReading(ids.next(), caller.workspace(), actionId, how)));
        }
    }

    /** A person takes a part of the log elsewhere: {@code bundle} or {@code audit}. */
    public void exports(Caller caller, String what) {
        note(caller, new NoteExport(ids.next(), caller.workspace(), what));
    }

    private void note(Caller caller, AccessCommand command) {
        commands.sendAndWait(GenericCommandMessage.asCommandMessage(command).andMetaData(metadata.of(caller)));
    }

    /** Remembers only what was noted: what failed is tried again by the next. */
    private static void once(Cache<String, Boolean> noted, String what, Runnable note) {
        if (noted.getIfPresent(what) == null) {
            note.run();
            noted.put(what, true);
        }
    }
}
