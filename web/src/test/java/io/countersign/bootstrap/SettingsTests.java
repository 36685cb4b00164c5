package io.countersign.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.principal.api.Role;
import io.countersign.command.settings.api.ActionSettings.Gates;
import io.countersign.command.settings.api.EffectiveSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTests {

    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void demo() {
        environment.put("COUNTERSIGN_DEMO", "true");
        environment.put("COUNTERSIGN_DATA_DIR", folder.toString());
    }

    private Settings read() {
        return Settings.read(environment::get);
    }

    @Nested
    class Given_one_value_that_is_not_valid {

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                COUNTERSIGN_PORT                 | 99999        | a number from 0 to 65535
                COUNTERSIGN_DEMO                 | yes          | true or false
                COUNTERSIGN_MASTER_KEY           | c2hvcnQ=     | openssl rand -base64 32
                COUNTERSIGN_OWNER_EMAIL          | nobody       | one e-mail address
                COUNTERSIGN_OWNER_PASSWORD       | short        | at most 72 bytes
                COUNTERSIGN_TRUSTED_PROXIES      | proxy.example| addresses or networks
                COUNTERSIGN_TRUSTED_PROXIES      | 10.0.0.0/99  | addresses or networks
                COUNTERSIGN_AGENT_KEY            | csk_x        | openssl rand -hex 32
                COUNTERSIGN_APPROVAL_EXPIRY_HOURS| 0            | greater than 0
                COUNTERSIGN_APPROVAL_EXPIRY_HOURS| -1           | greater than 0
                COUNTERSIGN_APPROVAL_EXPIRY_HOURS| 0.000000001  | greater than 0
                COUNTERSIGN_ACTION_APPROVAL      | maybe        | auto, manual or admin-only
                ATLAS_ACTION_APPROVAL            | maybe        | auto, manual or admin-only
                COUNTERSIGN_ACTION_TIMEOUT       | -5           | milliseconds
                COUNTERSIGN_ACTION_TIMEOUT       | 1s           | milliseconds
                COUNTERSIGN_RATE_LIMIT_PER_MINUTE| many         | 0 means no limit
                RESEND_BASE_URL                  | ftp://x      | https://
                JIRA_BASE_URL                    | jira         | https://
                RESEND_API_KEY_FILE              | /none/there  | RESEND_API_KEY_FILE names a file that cannot be read
                """)
        void the_start_stops_with_a_sentence_that_says_what_to_set(String name, String value, String sentence) {
            environment.put(name, value);
            assertThatThrownBy(SettingsTests.this::read).isInstanceOf(InvalidSettings.class).hasMessageContaining(sentence);
        }

        @Test
        void a_secret_is_not_repeated() {
            environment.put("COUNTERSIGN_OWNER_PASSWORD", "hunter2");
            assertThatThrownBy(SettingsTests.this::read).hasMessageContaining("COUNTERSIGN_OWNER_PASSWORD")
                    .hasMessageNotContaining("hunter2");
        }
    }

    @Nested
    class Given_production {

        @Test
        void without_a_master_key_there_is_no_start() {
            environment.put("COUNTERSIGN_DEMO", "false");
            assertThatThrownBy(SettingsTests.this::read).hasMessageContaining("COUNTERSIGN_MASTER_KEY is not set");
        }

        @Test
        void a_password_that_only_a_demo_takes_stops_the_start() {
            environment.put("COUNTERSIGN_OWNER_PASSWORD", "elevenchars");
            assertThat(read().get("COUNTERSIGN_OWNER_PASSWORD")).isEqualTo("elevenchars");
            environment.put("COUNTERSIGN_DEMO", "false");
            environment.put("COUNTERSIGN_MASTER_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
            assertThatThrownBy(SettingsTests.this::read).hasMessageContaining("COUNTERSIGN_OWNER_PASSWORD is shorter than 12 characters")
                    .hasMessageNotContaining("elevenchars");
        }

        @Test
        void a_demo_that_is_only_the_default_gives_way_to_the_environment() {
            environment.put("countersign.demo-default", "true");
            environment.remove("COUNTERSIGN_DEMO");
            assertThat(read().demo()).isTrue();
            environment.put("COUNTERSIGN_DEMO", "false");
            environment.put("COUNTERSIGN_MASTER_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
            assertThat(read().demo()).isFalse();
        }
    }

    @Nested
    class Given_gates {

        @Test
        void none_is_up_unless_somebody_says_so() {
            assertThat(read().actions().gates()).isEqualTo(Gates.OPEN);
        }

        @Test
        void the_file_puts_them_up_and_the_environment_goes_before_it() throws IOException {
            Files.writeString(folder.resolve("countersign.yml"), "queue:\n  require_commit_approval: true\n  require_rollback_approval: true\n");
            environment.put("COUNTERSIGN_REQUIRE_COMMIT_APPROVAL", "false");
            assertThat(read().actions().gates()).isEqualTo(new Gates(false, true));
        }

        @Test
        void a_word_that_is_not_understood_stops_the_start() throws IOException {
            Files.writeString(folder.resolve("countersign.yml"), "queue:\n  require_commit_aproval: true\n");
            assertThatThrownBy(SettingsTests.this::read).hasMessageContaining("queue.require_commit_aproval");
        }
    }

    @Nested
    class Given_other_ways_to_set_a_value {

        @Test
        void a_secret_is_read_from_a_file_and_shown_as_set() throws IOException {
            Path secret = Files.writeString(folder.resolve("key"), "re_123\n");
            environment.put("RESEND_API_KEY_FILE", secret.toString());
            assertThat(read().get("RESEND_API_KEY")).isEqualTo("re_123");
            assertThat(read().sources()).contains(new EffectiveSetting("RESEND_API_KEY", "(set)", "environment"));
        }

        @Test
        void older_names_count_unless_the_name_itself_is_set() {
            environment.put("ATLAS_ACTION_APPROVAL", "auto");
            assertThat(read().actions().defaults().approval()).isEqualTo(ApprovalMode.AUTO);
            environment.put("COUNTERSIGN_ACTION_APPROVAL", "manual");
            assertThat(read().actions().defaults().approval()).isEqualTo(ApprovalMode.MANUAL);
        }

        @Test
        void hours_may_be_a_fraction() {
            environment.put("COUNTERSIGN_APPROVAL_EXPIRY_HOURS", "0.5");
            assertThat(read().actions().expiry()).isEqualTo(Duration.ofMinutes(30));
        }
    }

    @Nested
    class Given_an_address_with_credentials {

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                jdbc:postgresql://db:5432/gate?user=bob&password=hunter2&ssl=true | jdbc:postgresql://db:5432/gate?user=***&password=***&ssl=true
                jdbc:postgresql://bob:hunter2@db/gate                             | jdbc:postgresql://***@db/gate
                jdbc:postgresql://db/gate?sslmode=verify-full&sslpassword=hunter2 | jdbc:postgresql://db/gate?sslmode=verify-full&sslpassword=***
                """)
        void it_is_used_as_it_is_and_shown_without_them(String url, String shown) {
            environment.put("COUNTERSIGN_DB_URL", url);
            assertThat(read().get("COUNTERSIGN_DB_URL")).isEqualTo(url);
            assertThat(read().sources()).contains(new EffectiveSetting("COUNTERSIGN_DB_URL", shown, "environment"));
        }

        @Test
        void a_fault_does_not_repeat_them() {
            environment.put("JIRA_BASE_URL", "ftp://bob:hunter2@jira");
            assertThatThrownBy(SettingsTests.this::read).hasMessageContaining("ftp://***@jira").hasMessageNotContaining("hunter2");
        }
    }

    @Nested
    class Given_a_file_of_actions {

        @Test
        void each_type_has_its_own_entry() throws IOException {
            file("""
                    actions:
                      defaults: {approval: manual, timeout: 5000}
                      "email:send":
                        approval: admin-only
                        requiredRole: owner
                        rateLimit: 10
                        allowedChannels: [a]
                    """);
            Settings settings = read();
            assertThat(settings.actions().defaults().timeoutMillis()).isEqualTo(5_000);
            assertThat(settings.actions().of("email:send").approval()).isEqualTo(ApprovalMode.ADMIN_ONLY);
            assertThat(settings.actions().of("email:send").requiredRole()).isEqualTo(Role.OWNER);
            assertThat(settings.sources()).contains(new EffectiveSetting("actions.\"email:send\".approval", "admin-only", "file"));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                "actions: {defaults: {timeout: -1}}"                  | actions.defaults.timeout is "-1"
                "actions: {defaults: {approval: perhaps}}"            | auto, manual or admin-only
                "actions: {\\"email:send\\": {requiredRole: boss}}"   | viewer, analyst, admin or owner
                "actions: {\\"email:send\\": {enabled: 1}}"           | true or false
                "action: {}"                                          | unknown key
                "actions: [1"                                         | is not YAML
                "actions: 5"                                          | must hold keys and values
                """, quoteCharacter = '`')
        void what_is_not_valid_stops_the_start(String yaml, String sentence) throws IOException {
            file(yaml.substring(1, yaml.length() - 1).replace("\\\"", "\""));
            assertThatThrownBy(SettingsTests.this::read).isInstanceOf(InvalidSettings.class).hasMessageContaining(sentence);
        }

        private void file(String text) throws IOException {
            Files.writeString(folder.resolve(ActionFile.NAME), text);
        }
    }
}
