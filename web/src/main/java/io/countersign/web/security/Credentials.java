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
    private final Clock clock;

    Credentials(Principals principals, Passwords passwords, Tries tries, Clock clock) {
        this.principals = principals;
        this.passwords = passwords;
        this.tries = tries;
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
    Optional<Principal.Agent> agent(ApiKey key) {
        return principals.byKeyId(key.id()).filter(Principal.Agent::enabled).filter(agent -> agent.keys().stream()
                .anyMatch(known -> known.id().equals(key.id()) && known.usableAt(clock.instant()) && key.matches(known.secretHash())));
    }

    /**
     * The enabled person with this address and password; an unknown address takes as long as a wrong password.
     *
     * @throws Throttled when no try is left
     */
    Optional<Principal.Person> person(String email, String password, String address) {
        Optional<Principal.Person> person = principals.byEmail(email).filter(Principal.Person::enabled);
        if (person.isPresent() && passwords.remembers(person.get().id(), password, person.get().passwordHash())) {
            return person;
        }
        if (!tries.take(email, address)) {
            throw new Throttled();
        }
        String stored = person.map(Principal.Person::passwordHash).orElse(null);
        if (!passwords.matches(password, stored)) {
            return Optional.empty();
        }
        tries.succeeded(email, address);
        person.ifPresent(known -> passwords.remember(known.id(), password, stored));
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
