package io.countersign.command.vault;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.countersign.command.access.api.AccessCommand.NoteSecretUse;
import io.countersign.command.api.Ids;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader.Stored;
import io.countersign.command.vault.api.Secret;
import io.countersign.command.vault.api.SecretText;
import io.countersign.command.vault.api.Secrets;
import io.countersign.command.vault.api.VaultEvent;
import io.countersign.command.vault.api.VaultEvent.SecretBound;
import io.countersign.command.vault.api.VaultEvent.SecretRemoved;
import io.countersign.command.vault.api.VaultEvent.SecretSet;
import io.countersign.command.vault.api.VaultEvent.SecretUnbound;
import io.countersign.command.vault.api.VaultLocked;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** This node's copy of what is in all vaults, compared with the epoch at every question. Values are read when they are needed, and not kept. */
@Component
class SecretsInForce implements Secrets {

    private static final Map<String, String> AS_GATEWAY = Map.of("actor", "system:gateway", "origin", "system");

    private final Cache<String, Boolean> noted = Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();
    private final Ids ids;
    private final ObjectProvider<CommandGateway> gateway;
    private final Boxes boxes;
    private final Clock clock;
    private final Supplier<Map<String, Map<String, Secret>>> known;

    SecretsInForce(ConfigurationLog log, Boxes boxes, Clock clock, Ids ids, ObjectProvider<CommandGateway> gateway) {
        this.ids = ids;
        this.gateway = gateway;
        this.boxes = boxes;
        this.clock = clock;
        this.known = log.copy("Vault", Map.of(), SecretsInForce::after);
    }

    @Override
    public List<Secret> all(String workspace) {
        return List.copyOf(known.get().getOrDefault(workspace, Map.of()).values());
    }

    @Override
    public Map<String, Instant> lastUsed(String workspace) {
        return boxes.lastUsed(workspace);
    }

    @Override
    public Optional<SecretText> take(String workspace, String name) {
        Optional<SecretText> value = read(workspace, name);
        // Replaced or removed between the two questions: the second look knows.
        value = value.isPresent() ? value : read(workspace, name);
        value.ifPresent(taken -> byName(workspace, name).ifPresent(secret -> boxes.used(secret.boxId(), clock.instant())));
        return value;
    }

    @Override
    public Optional<SecretText> take(String workspace, String name, Use use) {
        Optional<SecretText> value = take(workspace, name);
        String place = use.actionId() + " " + use.attempt() + " " + use.undo() + " " + name + " " + use.host();
        if (value.isPresent() && noted.getIfPresent(place) == null) {
            try {
                gateway.getObject().sendAndWait(GenericCommandMessage.asCommandMessage(new NoteSecretUse(ids.next(), workspace, name, use.host(),
                        use.actionId(), use.attempt(), use.undo() ? "undo" : "execute")).withMetaData(AS_GATEWAY));
            } catch (RuntimeException e) {
                throw new Unrecorded(e);
            }
            noted.put(place, Boolean.TRUE);
        }
        return value;
    }

    @Override
    public int reseal(String workspace) {
        List<Secret> all = all(workspace);
        all.forEach(secret -> {
            try {
                boxes.reseal(workspace, secret.name(), secret.boxId());
            } catch (IllegalStateException closed) {
                throw new VaultLocked(secret.name());
            }
        });
        return all.size();
    }

    private Optional<SecretText> read(String workspace, String name) {
        try {
            return byName(workspace, name).flatMap(secret -> boxes.open(workspace, name, secret.boxId()));
        } catch (IllegalStateException closed) {
            throw new VaultLocked(name);
        }
    }

    private static Map<String, Map<String, Secret>> after(Map<String, Map<String, Secret>> before, List<Stored> events) {
        Map<String, Map<String, Secret>> next = new HashMap<>(before);
        for (Stored stored : events) {
            switch ((VaultEvent) stored.payload()) {
                case SecretSet e -> {
                    Secret former = next.getOrDefault(e.workspace(), Map.of()).get(e.name());
                    put(next, new Secret(e.workspace(), e.name(), e.boxId(), stored.at(), stored.metadata().get("actor"),
                            former == null ? null : former.binding()));
                }
                case SecretRemoved e -> {
                    Map<String, Secret> rest = new TreeMap<>(next.getOrDefault(e.workspace(), Map.of()));
                    rest.remove(e.name());
                    next.put(e.workspace(), rest);
                }
                case SecretBound e -> bind(next, e.workspace(), e.name(), e.binding());
                case SecretUnbound e -> bind(next, e.workspace(), e.name(), null);
            }
        }
        return next;
    }

    private static void bind(Map<String, Map<String, Secret>> all, String workspace, String name, Secret.@Nullable Binding binding) {
        Secret secret = all.getOrDefault(workspace, Map.of()).get(name);
        if (secret != null) {
            put(all, new Secret(workspace, name, secret.boxId(), secret.setAt(), secret.setBy(), binding));
        }
    }

    private static void put(Map<String, Map<String, Secret>> all, Secret secret) {
        Map<String, Secret> here = new TreeMap<>(all.getOrDefault(secret.workspace(), Map.of()));
        here.put(secret.name(), secret);
        all.put(secret.workspace(), here);
    }
}
