package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.principal.api.KeyScope;
import io.countersign.command.principal.api.PrincipalEvent.KeyIssued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.axonframework.eventhandling.GenericDomainEventEntry;
import org.axonframework.eventsourcing.EventStreamUtils;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** How a later version reads what an earlier one wrote when a field that may be missing does not do: with an upcaster, on the way in. */
class UpcastingTests {

    private static final EventJson JSON = EventJson.with(new EventNames(StoreConfiguration.FAMILIES));

    /** Says what the first revision meant without saying it: a key that asks. */
    private static final class ScopeSaid extends SingleEventUpcaster {

        @Override
        protected boolean canUpcast(IntermediateEventRepresentation stored) {
            return stored.getType().equals(new SimpleSerializedType("principal.key_issued", "1"));
        }

        @Override
        protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation stored) {
            return stored.upcastPayload(new SimpleSerializedType("principal.key_issued", "2"), ObjectNode.class, event -> event.put("scope", "ASK"));
        }
    }

    private static KeyIssued read(String revision, EventUpcasterChain upcasters) throws IOException {
        String stored = Files.readString(Path.of("src/test/resources/contract/principal.key_issued." + revision + ".json"));
        var entry = new GenericDomainEventEntry<>("Principal", "p-1", 0L, "e-1", (Object) java.time.Instant.EPOCH, "principal.key_issued", revision,
                stored, "{}");
        return (KeyIssued) EventStreamUtils.asStream(EventStreamUtils.upcastAndDeserializeDomainEvents(Stream.of(entry), JSON, upcasters))
                .findFirst().orElseThrow().getPayload();
    }

    @Nested
    class Given_an_event_of_an_earlier_revision {

        @Test
        void it_is_read_as_the_revision_of_today_and_the_stored_text_stays_as_it_is() throws IOException {
            assertThat(read("1", new EventUpcasterChain()).scope()).isNull();
            KeyIssued raised = read("1", new EventUpcasterChain(new ScopeSaid()));
            assertThat(raised.scope()).isEqualTo(KeyScope.ASK);
            assertThat(raised.keyId()).isEqualTo(read("1", new EventUpcasterChain()).keyId());
        }
    }

    @Nested
    class Given_an_event_of_today {

        @Test
        void it_passes_untouched() throws IOException {
            assertThat(read("2", new EventUpcasterChain(new ScopeSaid()))).isEqualTo(read("2", new EventUpcasterChain()));
        }
    }
}
