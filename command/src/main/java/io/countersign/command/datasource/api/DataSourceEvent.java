package io.countersign.command.datasource.api;

import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

/** What happened to a data source. Its password is sealed under a key of its own. */
public sealed interface DataSourceEvent {

    /** The data source concerned. */
    String dataSourceId();

    /** It may be asked from now on. {@code secret} seals {@link Secret}. */
    @EventName("datasource.defined")
    @Revision("1")
    record DataSourceDefined(String dataSourceId, String workspace, String name, String url, String username, String environmentGroup,
            String definedBy, Sealed secret) implements DataSourceEvent {}

    /** It is another one from now on. {@code secret} seals {@link Secret}. */
    @EventName("datasource.revised")
    @Revision("1")
    record DataSourceRevised(String dataSourceId, String url, String username, String environmentGroup, String revisedBy, Sealed secret)
            implements DataSourceEvent {}

    /** It can no longer be asked. */
    @EventName("datasource.retired")
    @Revision("1")
    record DataSourceRetired(String dataSourceId, String retiredBy) implements DataSourceEvent {}

    /** Sealed in the events. */
    record Secret(String password) {

        @Override
        public String toString() {
            return "Secret";
        }
    }
}
