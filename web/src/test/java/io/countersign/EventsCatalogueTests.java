package io.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.access.api.AccessEvent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.budget.api.BudgetEvent;
import io.countersign.command.catalogue.api.CatalogueEvent;
import io.countersign.command.datasource.api.DataSourceEvent;
import io.countersign.command.compensation.api.CompensationEvent;
import io.countersign.command.killswitch.api.SwitchEvent;
import io.countersign.command.vault.api.VaultEvent;
import io.countersign.command.monitoring.api.MonitoringEvent;
import io.countersign.command.monitoring.api.WatchEvent;
import io.countersign.command.policy.api.PolicyEvent;
import io.countersign.command.principal.api.PrincipalEvent;
import io.countersign.command.reach.api.ReachEvent;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventName;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.axonframework.serialization.Revision;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The events catalogue in the documentation is written from the code. */
class EventsCatalogueTests {

    private static final Path FILE = Path.of("..", "docs", "events.md");

    @Nested
    class Given_the_events_of_the_code {

        @Test
        void the_documentation_lists_each_with_its_fields() throws Exception {
            String expected = catalogue();
            if (Boolean.getBoolean("update.docs")) {
                Files.writeString(FILE, expected);
            }
            assertThat(FILE).as("run this test with -Dupdate.docs=true to write it anew").exists().content().isEqualTo(expected);
        }
    }

    private static String catalogue() {
        return """
                # Events

                Written from the code by a test. Names, fields and words are for ever. *Sealed* fields are encrypted under the data key of the
                action or the person. Each event also has an id, a time (UTC), a place in its stream, an index in the log, and metadata: `actor`,
                `workspace`, `origin`, `request_id`, `trace_id`, and `address`: where the actor called from, sealed under the actor's key.
                """ + family("Actions", ActionEvent.class) + family("People and agents", PrincipalEvent.class)
                + family("Policies", PolicyEvent.class) + family("Budgets", BudgetEvent.class)
                + family("Kill switches", SwitchEvent.class) + family("Data sources", DataSourceEvent.class) + family("Vault", VaultEvent.class)
                + family("Catalogue", CatalogueEvent.class) + family("Compensation plans", CompensationEvent.class) + family("Access", AccessEvent.class)
                + family("Reach of agents", ReachEvent.class)
                + family("Monitoring", MonitoringEvent.class) + family("Followed sequences", WatchEvent.class);
    }

    private static String family(String title, Class<?> root) {
        return "\n## " + title + "\n\n| event | revision | fields |\n|---|---|---|\n" + events(root).stream()
                .map(event -> "| `" + event.getAnnotation(EventName.class).value() + "` | " + event.getAnnotation(Revision.class).value() + " | "
                        + Arrays.stream(event.getRecordComponents()).map(EventsCatalogueTests::field).collect(Collectors.joining(", ")) + " |\n")
                .collect(Collectors.joining());
    }

    private static List<Class<?>> events(Class<?> root) {
        return Arrays.stream(root.getPermittedSubclasses()).<Class<?>>map(event -> event)
                .filter(event -> event.isAnnotationPresent(EventName.class)).toList();
    }

    private static String field(RecordComponent field) {
        return "`" + field.getName() + "`" + (field.getType() == Sealed.class ? " *sealed*" : "");
    }
}
