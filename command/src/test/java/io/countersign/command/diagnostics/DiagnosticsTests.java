package io.countersign.command.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.diagnostics.api.Diagnostic.Severity;
import io.countersign.command.diagnostics.api.DiagnosticSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.StaticApplicationContext;

class DiagnosticsTests {

    private final StaticApplicationContext context = new StaticApplicationContext();
    private final CollectedDiagnostics diagnostics = new CollectedDiagnostics(context.getBeanProvider(DiagnosticSource.class));

    @Nested
    class Given_no_source {

        @Test
        void all_is_well() {
            assertThat(diagnostics.current()).isEmpty();
        }
    }

    @Nested
    class Given_several_sources {

        @Test
        void the_gravest_comes_first_then_the_code_decides() {
            source("one", () -> List.of(finding("B", Severity.WARNING), finding("C", Severity.INFO)));
            source("two", () -> List.of(finding("Z", Severity.ERROR), finding("A", Severity.WARNING)));

            assertThat(diagnostics.current()).extracting(Diagnostic::code).containsExactly("Z", "A", "B", "C");
        }

        @Test
        void one_that_fails_does_not_silence_the_others() {
            source("failing", () -> {
                throw new IllegalStateException("with a secret");
            });
            source("other", () -> List.of(finding("A", Severity.INFO)));

            assertThat(diagnostics.current()).extracting(Diagnostic::code).containsExactly("DIAGNOSTIC_FAILED", "A");
            assertThat(diagnostics.current().getFirst().message()).doesNotContain("secret");
        }
    }

    private void source(String name, DiagnosticSource source) {
        context.getBeanFactory().registerSingleton(name, source);
    }

    private static Diagnostic finding(String code, Severity severity) {
        return new Diagnostic(code, severity, "It is so.", "Change it.");
    }
}
