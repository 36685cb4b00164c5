package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.api.Refused;
import io.countersign.command.api.RefusalCode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StrictJsonTests {

    private static JsonBody body(String text) {
        return StrictJson.object(text.getBytes(StandardCharsets.UTF_8));
    }

    private static NewAction wanted(String text) {
        return NewAction.from(body(text), null);
    }

    @Nested
    class Given_a_body_that_asks_for_an_action {

        @Test
        void the_params_keep_the_very_text_they_came_in() {
            var params = "{ \"b\":1.50e1,\n\t\"a\" : \"\\u00e9\\/ \u00e9 \\ud83d\\ude00 😀\", \"list\":[ 1, [ ], {} ,null] }";
            var wanted = wanted(" {\"action\" : \"email:send\", \"params\":  " + params + "  , \"reason\":\" why \"} ");
            assertThat(wanted.params()).isEqualTo(params);
            assertThat(wanted.action()).isEqualTo("email:send");
            assertThat(wanted.reason()).isEqualTo("why");
        }

        @Test
        void params_longer_than_any_buffer_keep_their_text() {
            var params = "{\"text\": \"" + "é\\n😀".repeat(20_000) + "\" , \"n\": 12}";
            assertThat(wanted("{\"params\":" + params + ",\"action\":\"a\"}").params()).isEqualTo(params);
        }

        @Test
        void context_may_be_any_json_and_keeps_its_text() {
            for (var context : new String[] {"\"te\\u0041xt\"", "[1, 2 ]", "-0.0e5", "true", "{ }"}) {
                assertThat(wanted("{\"action\":\"a\",\"params\":{},\"context\":  " + context + " }").context())
                        .isEqualTo(context);
            }
        }

        @Test
        void every_fault_is_named_at_once() {
            assertThatThrownBy(() -> wanted("{\"params\":[],\"reason\":5,\"dry_run\":\"yes\",\"colour\":1}"))
                    .isInstanceOfSatisfying(Refused.class, refused -> {
                        assertThat(refused.code()).isEqualTo(RefusalCode.VALIDATION_ERROR);
                        assertThat(refused.details().get("details")).asInstanceOf(InstanceOfAssertFactories.LIST)
                                .contains(Map.of("field", "action", "message", "is required"),
                                        Map.of("field", "params", "message", "must be a JSON object"),
                                        Map.of("field", "reason", "message", "must be a string"),
                                        Map.of("field", "dry_run", "message", "must be true or false"),
                                        Map.of("field", "colour", "message", "is not known here")).hasSize(5);
                    });
        }

        @Test
        void null_is_the_same_as_absent() {
            var wanted = wanted("{\"action\":\"a\",\"params\":{},\"reason\":null,\"dry_run\":null,\"context\":null}");
            assertThat(wanted.reason()).isNull();
            assertThat(wanted.context()).isNull();
            assertThat(wanted.dryRun()).isFalse();
        }

        @Test
        void sixteen_levels_are_taken_and_seventeen_are_too_many() {
            assertThat(wanted(nested(16)).params()).startsWith("{\"x\":");
            assertThatThrownBy(() -> wanted(nested(17))).isInstanceOfSatisfying(Refused.class,
                    refused -> assertThat(refused.code()).isEqualTo(RefusalCode.PAYLOAD_TOO_LARGE));
        }

        @Test
        void params_may_have_256_KiB_and_no_byte_more() {
            int around = "{\"x\":\"\"}".length();
            wanted("{\"action\":\"a\",\"params\":{\"x\":\"" + "y".repeat(256 * 1024 - around) + "\"}}");
            assertThatThrownBy(() -> wanted(
                    "{\"action\":\"a\",\"params\":{\"x\":\"" + "y".repeat(256 * 1024 - around + 1) + "\"}}"))
                    .isInstanceOfSatisfying(Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo(RefusalCode.PAYLOAD_TOO_LARGE));
        }

        private String nested(int levels) {
            return "{\"action\":\"a\",\"params\":" + "{\"x\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1) + "}";
        }
    }

    @Nested
    class Given_no_bytes_at_all {

        @Test
        void there_are_no_members() {
            body("").finish();
        }
    }

    @Nested
    class Given_a_body_that_two_readers_would_read_differently {

        @ParameterizedTest
        @MethodSource("names")
        void it_is_refused_with_a_code(String name) {
            assertThatThrownBy(() -> StrictJson.object(NastyBodies.all().get(name)).finish())
                    .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.code())
                            .isIn(RefusalCode.VALIDATION_ERROR, RefusalCode.PAYLOAD_TOO_LARGE));
        }

        static Set<String> names() {
            return NastyBodies.all().keySet();
        }
    }
}
