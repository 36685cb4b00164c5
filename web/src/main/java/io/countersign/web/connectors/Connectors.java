package io.countersign.web.connectors;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.command.vault.api.Secret;
import io.countersign.command.vault.api.Secrets;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.web.connectors.Connector.Credential;
import io.countersign.web.connectors.Connector.Health;
import io.countersign.web.connectors.Connector.Outcome;
import io.countersign.web.security.Caller;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Puts together how each executor is doing, from what is set and from what happened. Nothing is tried out. */
@Component
public final class Connectors {

    private static final Set<ActionStatus> DONE = EnumSet.of(ActionStatus.EXECUTED, ActionStatus.ROLLED_BACK, ActionStatus.ROLLING_BACK);
    private static final Set<ActionStatus> NOT_DONE = EnumSet.of(ActionStatus.FAILED, ActionStatus.TIMED_OUT, ActionStatus.OUTCOME_UNKNOWN,
            ActionStatus.ROLLBACK_FAILED);
    private static final Set<ActionStatus> UNDER_WAY = EnumSet.of(ActionStatus.EXECUTING, ActionStatus.ROLLING_BACK);
    private static final String VAULT_KEY = "vault_key";
    private static final int COUNTED = 100;

    private final ActionTypes types;
    private final Entries entries;
    private final Switches switches;
    private final Secrets secrets;
    private final Actions actions;
    private final Environment settings;

    Connectors(ActionTypes types, Entries entries, Switches switches, Secrets secrets, Actions actions, Environment settings) {
        this.types = types;
        this.entries = entries;
        this.switches = switches;
        this.secrets = secrets;
        this.actions = actions;
        this.settings = settings;
    }

    /** All of this installation as the workspace of this person uses them, by name. */
    public List<Connector> of(Caller caller) {
        Map<String, List<ActionType>> families = types.all().stream()
                .collect(Collectors.groupingBy(ActionType::connector, TreeMap::new, Collectors.toList()));
        List<Entry> offered = entries.all(caller.workspace());
        List<KillSwitch> thrown = switches.thrown(caller.workspace());
        Set<String> kept = secrets.all(caller.workspace()).stream().map(Secret::name).collect(Collectors.toSet());
        Actions.Page underWay = actions.find(caller.toReader(), filter(UNDER_WAY, null, COUNTED));
        return families.entrySet().stream().map(family -> connector(caller, family.getKey(), family.getValue(), offered, thrown, kept, underWay)).toList();
    }

    private Connector connector(Caller caller, String name, List<ActionType> family, List<Entry> all, List<KillSwitch> thrown, Set<String> kept,
            Actions.Page underWay) {
        Set<String> names = family.stream().map(ActionType::name).collect(Collectors.toCollection(LinkedHashSet::new));
        List<Entry> offering = all.stream().filter(entry -> entry.definition().type() != null && names.contains(entry.definition().type())).toList();
        boolean reachable = !offering.isEmpty() || family.stream().anyMatch(type -> !type.needsEntry());
        List<Credential> credentials = credentials(family, offering, kept);
        List<KillSwitch> stops = thrown.stream().filter(one -> family.stream().anyMatch(type -> stops(one, type, name))).toList();
        Outcome success = newest(caller, names, DONE);
        Outcome error = newest(caller, names, NOT_DONE);
        boolean paused = family.stream().allMatch(type -> thrown.stream().anyMatch(one -> stops(one, type, name)));
        List<String> missing = credentials.stream().filter(credential -> !credential.present()).map(Credential::name).toList();
        Health health = paused ? Health.PAUSED : !reachable ? Health.NOT_OFFERED
                : error != null && (success == null || error.at().isAfter(success.at())) ? Health.FAILING
                : !missing.isEmpty() ? isDemo() ? Health.CAPTURING : Health.INCOMPLETE : success != null ? Health.WORKING : Health.IDLE;
        return new Connector(name, List.copyOf(names), health, says(health, missing), stops, credentials, offering.stream().map(Entry::name).toList(),
                success, error, underWay.items().stream().filter(row -> names.contains(row.actionType())).count(), underWay.nextCursor() != null);
    }

    private static boolean stops(KillSwitch one, ActionType type, String connector) {
        return one.stops(new Switches.Subject("", type.name(), connector, null, type.scope()));
    }

    private boolean isDemo() {
        return settings.getProperty("countersign.demo", Boolean.class, false);
    }

    private List<Credential> credentials(List<ActionType> family, List<Entry> offering, Set<String> kept) {
        List<Credential> credentials = new ArrayList<>();
        family.stream().flatMap(type -> type.requiredCredentials().stream()).distinct()
                .forEach(name -> credentials.add(new Credential(name, "environment", !settings.getProperty(name, "").isBlank())));
        Map<String, ActionType> byName = family.stream().collect(Collectors.toMap(ActionType::name, type -> type, (one, other) -> one));
        offering.stream().flatMap(entry -> {
            List<String> named = entry.definition().config().entrySet().stream().filter(pair -> pair.getKey().endsWith(VAULT_KEY)).map(Map.Entry::getValue)
                    .toList();
            return named.isEmpty() ? byName.get(String.valueOf(entry.definition().type())).usualSecrets().stream() : named.stream();
        }).distinct().sorted().forEach(name -> credentials.add(new Credential(name, "vault", kept.contains(name))));
        return List.copyOf(credentials);
    }

    private static String says(Health health, List<String> missing) {
        return switch (health) {
            case PAUSED -> "A kill switch stops it; what is cleared is held.";
            case FAILING -> "The newest that was tried did not happen, or nobody knows.";
            case INCOMPLETE -> "It fails until " + String.join(", ", missing) + (missing.size() == 1 ? " is" : " are") + " there.";
            case CAPTURING -> "A demo without " + String.join(", ", missing) + ": what would be sent is rendered and kept.";
            case WORKING -> "The newest that was tried happened.";
            case IDLE -> "Nothing was tried yet.";
            case NOT_OFFERED -> "No entry of the catalogue offers it, so nobody can ask.";
        };
    }

    private @Nullable Outcome newest(Caller caller, Set<String> names, Set<ActionStatus> statuses) {
        return names.stream().flatMap(name -> actions.find(caller.toReader(), filter(statuses, name, 1)).items().stream())
                .map(row -> new Outcome(row.id(), row.status().wire(), at(row), row.error())).max(Comparator.comparing(Outcome::at)).orElse(null);
    }

    private static Instant at(ActionRow row) {
        return Stream.of(row.executedAt(), row.startedAt(), row.requestedAt()).filter(java.util.Objects::nonNull).findFirst().orElse(row.requestedAt());
    }

    private static ActionFilter filter(Set<ActionStatus> statuses, @Nullable String type, int most) {
        return new ActionFilter(statuses, null, type, null, null, null, most, null);
    }
}
