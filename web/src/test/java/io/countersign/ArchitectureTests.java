package io.countersign;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;

/** The product keeps to its architecture, and each rule reports who does not. */
class ArchitectureTests {

    private static final String ROOT = "io.countersign";
    private static final String OFFENCES = ROOT + ".offences";

    private static final Path OFFENDING = Path.of("src/test/resources/offences");

    private static JavaClasses product;
    private static JavaClasses offences;

    @BeforeAll
    static void read() {
        JavaClasses all = new ClassFileImporter().withImportOption(location -> location.contains("/offences/")
                || !location.contains("/test-classes/") && !location.contains("-tests.jar")).importPackages(ROOT);
        product = all.that(resideOutsideOfPackage(OFFENCES + ".."));
        offences = all.that(resideInAPackage(OFFENCES + ".."));
    }

    @Nested
    class Given_the_product {

        @Test
        void all_modules_are_looked_at() {
            assertThat(Stream.of("command", "query", "executors", "web", "bootstrap").map(module -> ROOT + "." + module))
                    .allMatch(product::containPackage);
            assertThat(product).noneMatch(type -> type.getPackageName().startsWith(OFFENCES));
        }

        @ParameterizedTest
        @EnumSource
        void it_keeps_the_rule(ArchitectureRule rule) {
            rule.below(ROOT).check(product);
        }
    }

    @Nested
    class Given_the_offences {

        @ParameterizedTest
        @EnumSource
        void the_rule_reports_each_that_breaks_it(ArchitectureRule rule) {
            List<String> report = rule.below(OFFENCES).evaluate(offences).getFailureReport().getDetails();
            assertThat(rule.offenders()).isNotEmpty().allSatisfy(offender -> assertThat(report)
                    .anyMatch(line -> Pattern.compile(Pattern.quote(OFFENCES + "." + offender) + "\\b").matcher(line).find()));
        }

        @Test
        void no_service_under_test_takes_one_in() {
            assertThat(new ClassPathScanningCandidateComponentProvider(true).findCandidateComponents(OFFENCES)).isEmpty();
        }
    }

    @Nested
    class Given_the_pages {

        /** Under a strict content policy a browser would refuse most of this; the rest would let stored text become markup. */
        private static final Map<String, Pattern> FORBIDDEN = Map.of(
                "text that is not escaped", Pattern.compile("th:utext|\\[\\("),
                "an inline handler", Pattern.compile("\\s(th:)?on[a-z]+\\s*=|javascript:", Pattern.CASE_INSENSITIVE),
                "an inline style", Pattern.compile("\\s(th:)?style\\s*=|<style", Pattern.CASE_INSENSITIVE),
                "an inline script", Pattern.compile("<script(?![^>]*\\b(th:)?src=)|th:inline", Pattern.CASE_INSENSITIVE),
                "something from outside", Pattern.compile(
                        "(src|srcset|href|action|poster|data)\\s*=\\s*[\"'][^\"']*//", Pattern.CASE_INSENSITIVE));

        static Stream<Path> templates() throws IOException {
            return files("src/main/resources/templates");
        }

        @ParameterizedTest
        @MethodSource("templates")
        void a_template_holds_nothing_forbidden(Path template) throws IOException {
            assertThat(findings(template, FORBIDDEN)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"trusting.html, text that is not escaped", "trusting-inline.html, text that is not escaped",
                "handler.html, an inline handler", "style.html, an inline style",
                "script.html, an inline script", "outside.html, something from outside"})
        void each_forbidden_thing_is_found(Path template, String finding) throws IOException {
            assertThat(findings(OFFENDING.resolve(template), FORBIDDEN)).containsExactly(finding);
        }
    }

    @Nested
    class Given_the_assets {

        private static final Map<String, Pattern> FORBIDDEN = Map.of(
                "something from outside", Pattern.compile(
                        "@import|(url\\(|fetch\\(|import|from)\\s*[\"'`]?(\\w+:)?//", Pattern.CASE_INSENSITIVE),
                "text that becomes markup or code", Pattern.compile(
                        "(inner|outer)HTML\\s*\\+?=[^=]|insertAdjacentHTML|document\\.write|\\beval\\(|new Function"));

        static Stream<Path> assets() throws IOException {
            return files("src/main/resources/static");
        }

        @ParameterizedTest
        @MethodSource("assets")
        void an_asset_holds_nothing_forbidden(Path asset) throws IOException {
            assertThat(findings(asset, FORBIDDEN)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"outside.css, something from outside", "markup.js, text that becomes markup or code"})
        void each_forbidden_thing_is_found(Path asset, String finding) throws IOException {
            assertThat(findings(OFFENDING.resolve(asset), FORBIDDEN)).containsExactly(finding);
        }
    }

    private static Stream<Path> files(String folder) throws IOException {
        try (Stream<Path> all = Files.walk(Path.of(folder))) {
            return all.filter(Files::isRegularFile).toList().stream();
        }
    }

    private static List<String> findings(Path file, Map<String, Pattern> forbidden) throws IOException {
        String text = Files.readString(file);
        return forbidden.entrySet().stream().filter(thing -> thing.getValue().matcher(text).find()).map(Map.Entry::getKey).toList();
    }
}
