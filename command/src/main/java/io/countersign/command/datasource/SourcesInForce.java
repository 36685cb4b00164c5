package io.countersign.command.datasource;

import io.countersign.command.datasource.api.DataSourceEvent;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceDefined;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceRetired;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceRevised;
import io.countersign.command.datasource.api.DataSourceEvent.Secret;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.ConfigurationLog;
import io.countersign.command.store.api.EventReader.Stored;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** This node's copy of all data sources, compared with the epoch at every question. Passwords stay sealed until they are needed. */
@Component
class SourcesInForce implements DataSources {

    private final Keyring keyring;
    private final Supplier<Map<String, Known>> copy;

    private record Known(Source source, Sealed secret) {}

    SourcesInForce(ConfigurationLog log, Keyring keyring) {
        this.keyring = keyring;
        this.copy = log.copy("DataSource", Map.of(), SourcesInForce::after);
    }

    @Override
    public List<Source> all(String workspace) {
        return copy.get().values().stream().map(Known::source).filter(source -> source.workspace().equals(workspace))
                .sorted(Comparator.comparing(Source::name)).toList();
    }

    @Override
    public Optional<String> password(Source source) {
        return Optional.ofNullable(copy.get().get(source.id()))
                .flatMap(known -> keyring.open(known.secret(), ManagedSource.SECRET, Secret.class)).map(Secret::password);
    }

    private static Map<String, Known> after(Map<String, Known> before, List<Stored> events) {
        Map<String, Known> next = new HashMap<>(before);
        for (Stored stored : events) {
            switch ((DataSourceEvent) stored.payload()) {
                case DataSourceDefined e -> next.put(e.dataSourceId(), new Known(new Source(e.dataSourceId(), e.workspace(), e.name(), e.url(),
                        e.username(), e.environmentGroup(), 1, stored.at()), e.secret()));
                case DataSourceRevised e -> next.computeIfPresent(e.dataSourceId(), (id, known) -> new Known(new Source(id,
                        known.source().workspace(), known.source().name(), e.url(), e.username(), e.environmentGroup(),
                        known.source().version() + 1, stored.at()), e.secret()));
                case DataSourceRetired e -> next.remove(e.dataSourceId());
            }
        }
        return Map.copyOf(next);
    }
}
