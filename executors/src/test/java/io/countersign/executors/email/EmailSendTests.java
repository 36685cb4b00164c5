package io.countersign.executors.email;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.catalogue.api.ActionType.Block;
import io.countersign.command.catalogue.api.ActionType.GateFacts;
import io.countersign.executors.Attempts;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EmailSendTests {

    private static final JsonMapper JSON = JsonMapper.shared();

    private static EmailSend type(Map<String, Object> settings) {
        return new EmailSend(EmailSend.NAME, Attempts.settings(settings));
    }

    private static JsonNode mail(String... to) {
        var params = JSON.createObjectNode().put("subject", "Report").put("body", "<p>Hi</p>");
        var list = params.putArray("to");
        for (var entry : to) {
            list.add(entry);
        }
        return to.length == 1 ? params.put("to", to[0]) : params;
    }

    private static GateFacts facts(Map<String, String> stored) {
        return new GateFacts("default", "ann@members.example"::equals, stored);
    }

    @Nested
    class Given_an_allowed_domain {

        private final EmailSend type = type(Map.of("COUNTERSIGN_EMAIL_ALLOWED_DOMAINS", " @Allowed.Example, second.example ,"));

        @ParameterizedTest
        @ValueSource(strings = {"ann@allowed.example", "ANN@ALLOWED.EXAMPLE", " ann+tag@second.example ", "Ann Lee <ann@allowed.example>",
            "\"Lee, Ann\" <ann@allowed.example>", "Änne <aenne@allowed.example>", "o'neil@allowed.example", "Ann@Members.example",
            "<ann@allowed.example>"})
        void one_plain_address_there_or_of_a_member_passes(String to) {
            assertThat(type.gate(mail(to), facts(Map.of()))).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"eve@evil.example", "ann@sub.allowed.example", "ann@allowed.example.evil.example", "ann@notallowed.example",
            "bob@members.example", "ann@allowed.example,eve@evil.example", "ann@allowed.example, ann@second.example",
            "ann@allowed.example;eve@evil.example", "ann@allowed.example eve@evil.example", "team: ann@allowed.example;", "ann@allowed.example:",
            "\"eve@evil.example\"@allowed.example", "\"a\\\"b\"@allowed.example", "eve@evil.example(comment)@allowed.example",
            "ann(comment)@allowed.example", "<eve@evil.example> <ann@allowed.example>", "ann@allowed.example <eve@evil.example>",
            "\"ann@allowed.example\" <eve@evil.example>", "\"boss@allowed.example\" <ann@allowed.example>", "<@evil.example:ann@allowed.example>",
            "eve%evil.example@", "@allowed.example", "ann@", "ann", "ann@@allowed.example", "a..b@allowed.example", ".a@allowed.example",
            "a.@allowed.example", "ann@allowed..example", "ann@-allowed.example", "ann@localhost", "ann@[127.0.0.1]", "ann@allowed.example.",
            "ann@allowed.example\r\nBcc: eve@evil.example", "ann@allowed.example\nx", "ann\u2028@allowed.example", "ann\u0000@allowed.example",
            "ann@allowed.example\u2029", "ann\u0085@allowed.example", "ann\u202e@allowed.example", "änn@allowed.example", "ann@allowed.exämple",
            "ann@\u0430llowed.example", "ann@xn--llowed-1ve.example", "ann＠allowed.example", "=?utf-8?q?Boss?= <ann@allowed.example>",
            "Ann\t<ann@allowed.example>\u0007", "mailto:ann@allowed.example", "ann @allowed.example", "ann@allowed.example>"})
        void anything_else_is_blocked(String to) {
            assertThat(type.gate(mail(to), facts(Map.of()))).map(Block::code).contains("recipient_not_allowed");
        }

        @Test
        void one_bad_entry_of_several_blocks_all_and_is_named() {
            assertThat(type.gate(mail("ann@allowed.example", "eve@evil.example"), facts(Map.of()))).map(Block::reason)
                    .contains("The recipient \"eve@evil.example\" is neither a member of this workspace nor at an allowed domain.");
        }

        @Test
        void what_the_workspace_stored_wins_even_when_it_is_empty() {
            var stored = facts(Map.of("COUNTERSIGN_EMAIL_ALLOWED_DOMAINS", ""));
            assertThat(type.gate(mail("ann@allowed.example"), stored)).isPresent();
            assertThat(type.gate(mail("ann@members.example"), stored)).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"a\r\nBcc: eve@evil.example", "a\nb", "a\u2028b", "a\u0000b", "=?utf-8?b?QQ==?=", "a\u202eb"})
        void a_subject_that_is_more_than_a_subject_is_blocked(String subject) {
            var params = JSON.createObjectNode().put("to", "ann@allowed.example").put("subject", subject).put("body", "x");
            assertThat(type.gate(params, facts(Map.of()))).map(Block::code).contains("header_injection");
        }

        @Test
        void a_subject_in_any_script_passes() {
            var params = JSON.createObjectNode().put("to", "ann@allowed.example").put("subject", "Größe 漢字 👩‍💻 = 5?").put("body", "x");
            assertThat(type.gate(params, facts(Map.of()))).isEmpty();
        }
    }

    @Nested
    class Given_no_domains_are_set {

        @Test
        void only_members_are_reached() {
            assertThat(type(Map.of()).gate(mail("ann@example.com"), facts(Map.of()))).isPresent();
            assertThat(type(Map.of()).gate(mail("ann@members.example"), facts(Map.of()))).isEmpty();
        }

        @Test
        void a_demo_also_reaches_the_example_domain() {
            assertThat(type(Map.of("countersign.demo", "true")).gate(mail("ann@example.com"), facts(Map.of()))).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"ATLAS_EMAIL_ALLOWED_DOMAINS", "ATLAS_EMAIL_ALLOWED_RECIPIENT_DOMAINS"})
        void the_older_names_are_read(String name) {
            assertThat(type(Map.of(name, "@old.example")).gate(mail("ann@old.example"), facts(Map.of()))).isEmpty();
        }
    }

    @Nested
    class Given_valid_parameters {

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {
            "ann@example.com                           | Send e-mail to ann@example.com",
            "Ann <ann@Example.com>                     | Send e-mail to ann@example.com",
            "a@harbour.example b@harbour.example c@harbour.example | Send e-mail to 3 recipients at harbour.example",
            "a@one.example b@two.example               | Send e-mail to 2 recipients at 2 domains",
            "nobody                                    | Send e-mail to an address that cannot be read"})
        void the_reviewer_reads_where_it_goes(String to, String summary) {
            var entries = to.contains("<") ? new String[] {to} : to.split(" ");
            assertThat(type(Map.of()).describe(mail(entries)).summary()).isEqualTo(summary);
        }

        @Test
        void the_target_stays_short() {
            var many = new String[50];
            java.util.Arrays.setAll(many, n -> "someone.with.a.long.name" + n + "@example.com");
            assertThat(type(Map.of()).describe(mail(many)).target()).hasSizeLessThanOrEqualTo(500).startsWith("someone");
        }

        @Test
        void the_schema_is_an_object_that_closes_its_properties() {
            var schema = JSON.readTree(type(Map.of()).parametersSchema());
            assertThat(schema.path("type").asString()).isEqualTo("object");
            assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
            assertThat(Optional.of(type(Map.of()).connector() + "/" + type(Map.of()).operation())).contains("email/send");
        }
    }
}
