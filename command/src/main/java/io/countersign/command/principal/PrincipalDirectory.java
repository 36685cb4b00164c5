package io.countersign.command.principal;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.KeyScope;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principal.Agent;
import io.countersign.command.principal.api.Principal.Key;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.PrincipalEvent;
import io.countersign.command.principal.api.PrincipalEvent.AgentCreated;
import io.countersign.command.principal.api.PrincipalEvent.AgentIdentity;
import io.countersign.command.principal.api.PrincipalEvent.Credential;
import io.countersign.command.principal.api.PrincipalEvent.KeyIssued;
import io.countersign.command.principal.api.PrincipalEvent.KeyRevoked;
import io.countersign.command.principal.api.PrincipalEvent.PasswordChanged;
import io.countersign.command.principal.api.PrincipalEvent.PersonAdded;
import io.countersign.command.principal.api.PrincipalEvent.PersonIdentity;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalDisabled;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalEnabled;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalErased;
import io.countersign.command.principal.api.PrincipalEvent.RoleChanged;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** This node's copy of all people and agents, folded from their events and compared with the epoch at every question. */
@Component
class PrincipalDirectory implements Principals {

    private static final Logger LOG = LoggerFactory.getLogger(PrincipalDirectory.class);
    private static final String ERASED = "erased";

    private final ConfigurationLog log;
    private final Keyring keyring;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile Copy copy = new Copy(-1, Map.of(), Map.of(), Map.of());

    PrincipalDirectory(ConfigurationLog log, Keyring keyring) {
        this.log = log;
        this.keyring = keyring;
    }

    private record Copy(long position, Map<String, Principal> byId, Map<String, Person> byEmail, Map<String, Agent> byKey) {

        static Copy of(long position, Map<String, Principal> byId) {
            Map<String, Person> byEmail = new HashMap<>();
            Map<String, Agent> byKey = new HashMap<>();
            for (Principal principal : byId.values()) {
                switch (principal) {
                    case Person person -> byEmail.put(fold(person.email()), person);
                    case Agent agent -> agent.keys().forEach(key -> byKey.put(key.id(), agent));
                }
            }
            return new Copy(position, byId, byEmail, byKey);
        }
    }

    @Override
    public Optional<Principal> byId(String id) {
        return Optional.ofNullable(current().byId().get(id));
    }

    @Override
    public Optional<Person> byEmail(String email) {
        return Optional.ofNullable(current().byEmail().get(fold(email)));
    }

    @Override
    public Optional<Agent> byKeyId(String keyId) {
        return Optional.ofNullable(current().byKey().get(keyId));
    }

    @Override
    public List<Person> people(String workspace) {
        return current().byId().values().stream().filter(Person.class::isInstance).map(Person.class::cast)
                .filter(person -> person.workspace().equals(workspace)).sorted(Comparator.comparing(Person::name)).toList();
    }

    @Override
    public List<Agent> agents(String workspace) {
        return current().byId().values().stream().filter(Agent.class::isInstance).map(Agent.class::cast)
                .filter(agent -> agent.workspace().equals(workspace)).sorted(Comparator.comparing(Agent::name)).toList();
    }

    private Copy current() {
        try {
            long epoch = log.epoch();
            return copy.position() >= epoch ? copy : refreshed(epoch);
        } catch (DataAccessException e) {
            LOG.warn("The directory cannot be checked: {}", e.getMessage());
            throw new Refused(RefusalCode.APPROVAL_SYSTEM_UNAVAILABLE,
                    "Who is asking cannot be checked now, so nothing is allowed. Try again shortly.");
        }
    }

    private Copy refreshed(long epoch) {
        refreshing.lock();
        try {
            if (copy.position() < epoch) {
                Map<String, Principal> byId = new HashMap<>(copy.byId());
                long position = epoch;
                for (EventReader.Stored event : log.after("Principal", copy.position())) {
                    evolve(byId, (PrincipalEvent) event.payload(), event.at());
                    position = Math.max(position, event.index()); // the log may have grown since the epoch was read
                }
                copy = Copy.of(position, Map.copyOf(byId));
            }
            return copy;
        } finally {
            refreshing.unlock();
        }
    }

    private void evolve(Map<String, Principal> byId, PrincipalEvent event, Instant at) {
        String id = event.principalId();
        switch (event) {
            case PersonAdded e -> {
                PersonIdentity identity = keyring.open(e.identity(), SealedPlace.PERSON, PersonIdentity.class)
                        .orElse(new PersonIdentity(ERASED, ERASED + "-" + id, null));
                byId.put(id, new Person(id, e.workspace(), identity.name(), identity.email(), e.role(), true, identity.passwordHash(), at));
            }
            case AgentCreated e -> {
                AgentIdentity identity =
                        keyring.open(e.identity(), SealedPlace.AGENT, AgentIdentity.class).orElse(new AgentIdentity(ERASED));
                byId.put(id, new Agent(id, e.workspace(), identity.name(), e.ownerId(), true, List.of(), at));
            }
            case RoleChanged e -> person(byId, id, p -> new Person(id, p.workspace(), p.name(), p.email(), e.to(), p.enabled(),
                    p.passwordHash(), p.createdAt()));
            case PasswordChanged e -> person(byId, id, p -> new Person(id, p.workspace(), p.name(), p.email(), p.role(), p.enabled(),
                    keyring.open(e.credential(), SealedPlace.PASSWORD, Credential.class).map(Credential::passwordHash).orElse(null),
                    p.createdAt()));
            case KeyIssued e -> agent(byId, id, a -> {
                List<Key> keys = new ArrayList<>(a.keys());
                keys.add(new Key(e.keyId(), e.secretHash(), at, e.expiresAt(), null, e.scope() == null ? KeyScope.ASK : e.scope()));
                return withKeys(a, keys);
            });
            case KeyRevoked e -> agent(byId, id, a -> withKeys(a, a.keys().stream()
                    .map(key -> key.id().equals(e.keyId()) ? new Key(key.id(), key.secretHash(), key.issuedAt(), key.expiresAt(), at, key.scope())
                            : key)
                    .toList()));
            case PrincipalDisabled e -> byId.computeIfPresent(id, (key, principal) -> enabled(principal, false));
            case PrincipalEnabled e -> byId.computeIfPresent(id, (key, principal) -> enabled(principal, true));
            case PrincipalErased e -> byId.computeIfPresent(id, (key, principal) -> erased(principal, at));
        }
    }

    /** What this node had opened before is forgotten here too. */
    private static Principal erased(Principal principal, Instant at) {
        return switch (principal) {
            case Person p -> new Person(p.id(), p.workspace(), ERASED, ERASED + "-" + p.id(), p.role(), false, null, p.createdAt());
            case Agent a -> new Agent(a.id(), a.workspace(), ERASED, a.ownerId(), false, a.keys().stream().map(key -> key.revokedAt() != null ? key
                    : new Key(key.id(), key.secretHash(), key.issuedAt(), key.expiresAt(), at, key.scope())).toList(), a.createdAt());
        };
    }

    private static Principal enabled(Principal principal, boolean enabled) {
        return switch (principal) {
            case Person p ->
                new Person(p.id(), p.workspace(), p.name(), p.email(), p.role(), enabled, p.passwordHash(), p.createdAt());
            case Agent a -> new Agent(a.id(), a.workspace(), a.name(), a.ownerId(), enabled, a.keys(), a.createdAt());
        };
    }

    private static Agent withKeys(Agent a, List<Key> keys) {
        return new Agent(a.id(), a.workspace(), a.name(), a.ownerId(), a.enabled(), List.copyOf(keys), a.createdAt());
    }

    private static void person(Map<String, Principal> byId, String id, java.util.function.UnaryOperator<Person> change) {
        byId.computeIfPresent(id, (key, principal) -> principal instanceof Person person ? change.apply(person) : principal);
    }

    private static void agent(Map<String, Principal> byId, String id, java.util.function.UnaryOperator<Agent> change) {
        byId.computeIfPresent(id, (key, principal) -> principal instanceof Agent agent ? change.apply(agent) : principal);
    }

    private static String fold(String email) {
        return email.strip().toLowerCase(Locale.ROOT);
    }
}
