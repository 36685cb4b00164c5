package io.countersign.command.testing;

import io.countersign.command.principal.api.KeyScope;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principal.Agent;
import io.countersign.command.principal.api.Principal.Key;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The house that every specification plays in: one agent, four people of four roles, and a stranger from another workspace. */
public final class People implements Principals {

    public static final String HERE = "default";
    public static final String ELSEWHERE = "elsewhere";

    public static final Person OLGA = person("olga", HERE, Role.OWNER);
    public static final Person ANN = person("ann", HERE, Role.ADMIN);
    public static final Person BEN = person("ben", HERE, Role.ANALYST);
    public static final Person VERA = person("vera", HERE, Role.VIEWER);
    public static final Person EVE = person("eve", ELSEWHERE, Role.OWNER);
    /** Ann created it and answers for it. */
    public static final Agent SCOUT = new Agent("scout", HERE, "Scout", ANN.id(), true,
            List.of(new Key("k-scout", "00", Instant.EPOCH, null, null, KeyScope.ASK)), Instant.EPOCH);

    private final Map<String, Principal> byId = new LinkedHashMap<>();

    private People(List<Principal> principals) {
        principals.forEach(principal -> byId.put(principal.id(), principal));
    }

    /** Everybody, as they are named above. */
    public static People all() {
        return new People(List.of(OLGA, ANN, BEN, VERA, EVE, SCOUT));
    }

    /** The same house after somebody in it changed or came. */
    public People with(Principal changed) {
        People changedHouse = new People(List.copyOf(byId.values()));
        changedHouse.byId.put(changed.id(), changed);
        return changedHouse;
    }

    /** The person in another role. */
    public static Person as(Person person, Role role) {
        return new Person(person.id(), person.workspace(), person.name(), person.email(), role, person.enabled(), person.passwordHash(),
                person.createdAt());
    }

    /** The person, shut out. */
    public static Person disabled(Person person) {
        return new Person(person.id(), person.workspace(), person.name(), person.email(), person.role(), false, person.passwordHash(),
                person.createdAt());
    }

    /** The agent, shut out. */
    public static Agent disabled(Agent agent) {
        return new Agent(agent.id(), agent.workspace(), agent.name(), agent.ownerId(), false, agent.keys(), agent.createdAt());
    }

    private static Person person(String name, String workspace, Role role) {
        return new Person(name, workspace, name, name + "@example.com", role, true, null, Instant.EPOCH);
    }

    @Override
    public Optional<Principal> byId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    @Override
    public Optional<Person> byEmail(String email) {
        return persons().stream().filter(person -> person.email().equalsIgnoreCase(email)).findAny();
    }

    @Override
    public Optional<Agent> byKeyId(String keyId) {
        return byId.values().stream().filter(Agent.class::isInstance).map(Agent.class::cast)
                .filter(agent -> agent.keys().stream().anyMatch(key -> key.id().equals(keyId))).findAny();
    }

    @Override
    public List<Person> people(String workspace) {
        return persons().stream().filter(person -> person.workspace().equals(workspace)).toList();
    }

    @Override
    public List<Agent> agents(String workspace) {
        return byId.values().stream().filter(Agent.class::isInstance).map(Agent.class::cast)
                .filter(agent -> agent.workspace().equals(workspace)).toList();
    }

    private List<Person> persons() {
        return byId.values().stream().filter(Person.class::isInstance).map(Person.class::cast).toList();
    }
}
