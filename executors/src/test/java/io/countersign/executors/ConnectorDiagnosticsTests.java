package io.countersign.executors;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.settings.api.ActionSettings.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ConnectorDiagnosticsTests {

    private static List<String> codes(Map<String, Object> environment, @Nullable Entry defaults, @Nullable Entry own) {
        var types = own == null ? Map.<String, Entry>of() : Map.of("pager:ring", own);
        var settings = new ActionSettings(defaults == null ? ActionSettings.NONE : defaults, types, Duration.ofHours(1), List.of());
        return new ConnectorDiagnostics(List.of(new Ring()), settings, Attempts.settings(environment)).diagnose().stream()
                .map(Diagnostic::code).toList();
    }

    private static Entry entry(@Nullable Boolean enabled, @Nullable ApprovalMode mode) {
        return new Entry(enabled, mode, null, null, null, null);
    }

    @Nested
    class Given_a_type_that_needs_a_key {

        @Test
        void a_missing_key_is_told() {
            assertThat(codes(Map.of("PAGER_KEY", " "), null, null)).containsExactly("CREDENTIAL_MISSING");
        }

        @Test
        void a_present_key_or_a_disabled_type_is_well() {
            assertThat(codes(Map.of("PAGER_KEY", "x"), null, null)).isEmpty();
            assertThat(codes(Map.of(), null, entry(false, null))).isEmpty();
        }
    }

    @Nested
    class Given_a_type_that_reaches_outside {

        @Test
        void running_without_a_person_is_told() {
            assertThat(codes(Map.of("PAGER_KEY", "x"), entry(null, ApprovalMode.AUTO), null)).containsExactly("DANGEROUS_AUTO");
            assertThat(codes(Map.of("PAGER_KEY", "x"), null, entry(null, ApprovalMode.AUTO))).containsExactly("DANGEROUS_AUTO");
        }

        @Test
        void its_own_mode_wins() {
            assertThat(codes(Map.of("PAGER_KEY", "x"), entry(null, ApprovalMode.AUTO), entry(null, ApprovalMode.MANUAL))).isEmpty();
        }
    }

    /** Rings somebody. */
    private record Ring() implements ActionType {

        @Override
        public String name() {
            return "pager:ring";
        }

        @Override
        public String description() {
            return "Ring.";
        }

        @Override
        public String parametersSchema() {
            return "{}";
        }

        @Override
        public ApprovalMode defaultMode() {
            return ApprovalMode.MANUAL;
        }

        @Override
        public String scope() {
            return "external";
        }

        @Override
        public boolean reversible() {
            return false;
        }

        @Override
        public ExecutionClass executionClass() {
            return ExecutionClass.ONCE;
        }

        @Override
        public List<String> requiredCredentials() {
            return List.of("PAGER_KEY");
        }

        @Override
        public Description describe(JsonNode params) {
            return new Description("Ring", "pager");
        }

        @Override
        public Optional<Block> gate(JsonNode params, GateFacts facts) {
            return Optional.empty();
        }
    }
}
