package io.countersign.executors.http;

import io.countersign.command.vault.api.Secret;
import io.countersign.command.vault.api.SecretText;
import io.countersign.command.vault.api.Secrets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A vault in memory. */
public final class Keyhole implements Secrets {

    private final Map<String, Secret> known = new HashMap<>();
    private final Map<String, String> values = new HashMap<>();

    /** With this secret in it. */
    public Keyhole with(String name, String value, Secret.@Nullable Binding binding) {
        known.put(name, new Secret("default", name, name, Instant.EPOCH, null, binding));
        values.put(name, value);
        return this;
    }

    @Override
    public List<Secret> all(String workspace) {
        return List.copyOf(known.values());
    }

    @Override
    public Map<String, Instant> lastUsed(String workspace) {
        return Map.of();
    }

    @Override
    public Optional<SecretText> take(String workspace, String name) {
        return Optional.ofNullable(values.get(name)).map(SecretText::new);
    }

    @Override
    public int reseal(String workspace) {
        return 0;
    }
}
