package io.countersign.query.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.budget.api.AllowanceEvent.BudgetLifted;
import io.countersign.command.budget.api.Budget;
import io.countersign.command.budget.api.BudgetEvent.BudgetSettled;
import io.countersign.command.budget.api.Supply;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchThrown;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.sealing.api.Sealed;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedTests {

    @Nested
    class Given_a_window_of_a_budget {

        @ParameterizedTest
        @ValueSource(strings = {"money/EUR/*", "rate/email:send", "monitoring/no-exfiltration/2/scout", "plain"})
        void its_key_is_found_in_its_id(String key) {
            for (Supply.Span span : new Supply.Span[] {new Supply.Span.Day(), new Supply.Span.Ever(), new Supply.Span.Rolling(Duration.ofHours(24)),
                new Supply.Span.Every(Duration.ofMinutes(1))}) {
                String id = new Supply("default", key, span).windowId(Instant.EPOCH);
                assertThat(Named.target(new BudgetSettled(id, "action-1", 1, 1, null))).as(id).isEqualTo(key);
            }
        }

        @Test
        void a_budget_is_called_as_the_key_of_its_windows() {
            assertThat(Named.name(new BudgetLifted(Budget.idOf("default", null, "EUR")))).isEqualTo("money/EUR/*");
            assertThat(Named.name(new BudgetLifted(Budget.idOf("default", "scout", "EUR")))).isEqualTo("money/EUR/scout");
            assertThat(Named.target(new BudgetLifted(Budget.idOf("default", "scout", "EUR")))).isEqualTo("scout");
            assertThat(Named.target(new BudgetLifted(Budget.idOf("default", null, "EUR")))).isNull();
        }
    }

    @Nested
    class Given_a_switch {

        @Test
        void its_subject_is_what_it_concerns_unless_it_stops_everything() {
            Sealed reason = new Sealed("switchboard/default", "");
            assertThat(Named.target(new SwitchThrown("switchboard/default", "default", SwitchScope.CATEGORY, "payment", "ann", reason)))
                    .isEqualTo("payment");
            assertThat(Named.name(new SwitchThrown("switchboard/default", "default", SwitchScope.EVERYTHING, "", "ann", reason)))
                    .isEqualTo("everything");
            assertThat(Named.target(new SwitchThrown("switchboard/default", "default", SwitchScope.EVERYTHING, "", "ann", reason))).isNull();
        }
    }
}
