package io.countersign;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    private static JavaClasses product;
    private static JavaClasses offences;

    @BeforeAll
    static void read() {
        product = new ClassFileImporter().withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
                .importPackages(ROOT);
        offences = new ClassFileImporter().importPackages(OFFENCES);
    }

    @Nested
    class Given_the_product {

        @Test
        void all_modules_are_looked_at() {
            assertThat(Stream.of("command", "query", "executors", "web", "bootstrap").map(module -> ROOT + "." + module))
                    .allMatch(product::containPackage);
            assertThat(product.containPackage(OFFENCES)).isFalse();
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
                "something from outside", Pattern.compile("(src|srcset|href|action|poster|data)\\s*=\\s*[\"'][^\"']*//|@import|url\\(\\s*[\"']?\\w*:?//",
                        Pattern.CASE_INSENSITIVE));

        static Stream<Path> pages() throws IOException {
            return Stream.concat(files("src/main/resources/templates"), files("src/main/resources/static"))
                    .filter(file -> !file.toString().endsWith(".svg"));
        }

        @ParameterizedTest
        @MethodSource("pages")
        void they_hold_nothing_forbidden(Path page) {
            assertThat(findings(page)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"trusting.html, text that is not escaped", "trusting-inline.html, text that is not escaped", "handler.html, an inline handler",
                "style.html, an inline style", "script.html, an inline script", "outside.html, something from outside",
                "outside.css, something from outside"})
        void each_forbidden_thing_is_found(Path page, String finding) {
            assertThat(findings(Path.of("src/test/resources/offences").resolve(page))).containsExactly(finding);
        }

        private static Stream<Path> files(String folder) throws IOException {
            try (Stream<Path> all = Files.walk(Path.of(folder))) {
                return all.filter(Files::isRegularFile).toList().stream();
            }
        }

        private static List<String> findings(Path page) {
            try {
                String text = Files.readString(page);
                return FORBIDDEN.entrySet().stream().filter(thing -> thing.getValue().matcher(text).find()).map(Map.Entry::getKey).toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
