package io.countersign.web.security;

import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.web.security.ApiKeys.ApiKey;
import java.time.Clock;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Turns what a client presents into the principal it belongs to. The directory is asked each time, so what was revoked is refused at once. */
@Component
class Credentials {

    private final Principals principals;
    private final Passwords passwords;
    private final Tries tries;
    private final AccessLog access;
    private final Clock clock;

    Credentials(Principals principals, Passwords passwords, Tries tries, AccessLog access, Clock clock) {
        this.principals = principals;
        this.passwords = passwords;
        this.tries = tries;
        this.access = access;
        this.clock = clock;
    }

    /** Thrown when an account or an address has no try left. */
    static final class Throttled extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Throttled() {
            super("Too many failed sign-ins. Wait " + Tries.WINDOW.toMinutes() + " minutes and try again.", null, false, false);
        }
    }

    /** The enabled agent that holds this key, while the key may be used. */
    Optional<Principal.Agent> agent(ApiKey key, String address) {
        Optional<Principal.Agent> holder = principals.byKeyId(key.id());
        Optional<Principal.Agent> agent = holder.filter(Principal.Agent::enabled).filter(known -> known.keys().stream()
                .anyMatch(held -> held.id().equals(key.id()) && held.usableAt(clock.instant()) && key.matches(held.secretHash())));
        if (agent.isPresent()) {
            access.called(agent.get(), key.id());
        } else {
            holder.ifPresent(known -> access.failed(known, key.id(), address));
        }
        return agent;
    }

    /**
     * The enabled person with this address and password; an unknown address takes as long as a wrong password.
     *
     * @param channel {@code api} or {@code console}
     * @throws Throttled when no try is left
     */
    Optional<Principal.Person> person(String email, String password, String address, String channel) {
        Optional<Principal.Person> account = principals.byEmail(email);
        Optional<Principal.Person> person = account.filter(Principal.Person::enabled);
        if (person.isPresent() && passwords.remembers(person.get().id(), password, person.get().passwordHash())) {
            return person;
        }
        if (!tries.take(email, address)) {
            access.throttled(account, email, address, channel);
            throw new Throttled();
        }
        String stored = person.map(Principal.Person::passwordHash).orElse(null);
        if (!passwords.matches(password, stored)) {
            access.failed(account, email, address, channel);
            return Optional.empty();
        }
        tries.succeeded(email, address);
        person.ifPresent(known -> {
            if (Caller.API.equals(channel)) {
                access.called(known);
            }
            passwords.remember(known.id(), password, stored);
        });
        return person;
    }

    /** The principal of a session, while enabled. */
    Optional<Principal.Person> signedIn(String principalId) {
        return principals.byId(principalId).filter(Principal::enabled)
                .flatMap(known -> known instanceof Principal.Person person ? Optional.of(person) : Optional.empty());
    }

    /** Changes when the person's password changes; sessions made before are over then. Tells nothing about the password. */
    String mark(Principal.Person person) {
        return passwords.mark(person.id(), String.valueOf(person.passwordHash()));
    }
}
