package io.countersign.web.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ParameterFault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FormTests {

    private static final Map<String, Form.Field> FIELDS = Map.of("environment_group", new Form.Field("group", "Environment"),
            "approval_required_patterns", new Form.Field("patterns", "Patterns"), "name_exists", new Form.Field("name", "Name"));

    @Nested
    class Given_nothing_was_refused {

        @Test
        void what_stood_there_at_first_is_shown() {
            assertThat(Form.UNTOUCHED.value("group", "production")).isEqualTo("production");
            assertThat(Form.UNTOUCHED.value("name", null)).isNull();
            assertThat(Form.UNTOUCHED.ticked("shadow", true)).isTrue();
            assertThat(Form.UNTOUCHED.described("n-name", "name", null)).isNull();
        }
    }

    @Nested
    class Given_a_refusal {

        private final Form typed = Form.filled("one", Map.of("group", "Pro duction", "name", "", "password", "secret", "_csrf", "token"));

        @Test
        void what_was_typed_is_kept_but_no_password() {
            var form = typed.wrong("", "It is too late.");
            assertThat(form.value("group", "production")).isEqualTo("Pro duction");
            assertThat(form.value("name", "first")).isEmpty();
            assertThat(form.ticked("shadow", true)).isFalse();
            assertThat(form.toString()).doesNotContain("secret").doesNotContain("token");
        }

        @Test
        void each_fault_is_told_with_the_label_of_its_field() {
            var form = typed.refused(new Refused(RefusalCode.VALIDATION_ERROR, "environment_group must be short.", Map.of("details", List.of(
                    Map.of("field", "environment_group", "message", "must be short"),
                    new ParameterFault("approval_required_patterns[1]", "is not a regular expression"), Map.of("field", "url", "message", "is odd")))),
                    FIELDS::get);
            assertThat(form.faults()).extracting(Form.Fault::sentence).containsExactly("Environment must be short.",
                    "Entry 2 of Patterns is not a regular expression.", "url is odd.");
            assertThat(form.sentence("group")).isEqualTo("Environment must be short.");
            assertThat(form.described("n-group", "group", "n-group-hint")).isEqualTo("n-group-fault n-group-hint");
        }

        @Test
        void a_refusal_without_details_is_told_as_it_is_at_the_field_its_code_is_about() {
            var form = typed.refused(new Refused(RefusalCode.NAME_EXISTS, "There is already one."), FIELDS::get);
            assertThat(form.sentence("name")).isEqualTo("There is already one.");
        }

        @Test
        void another_form_of_the_same_page_stays_untouched() {
            var form = typed.wrong("name", "Name is required.");
            assertThat(form.of("one")).isSameAs(form);
            assertThat(form.of("another").sound()).isTrue();
        }
    }
}
