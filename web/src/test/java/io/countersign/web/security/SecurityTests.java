package io.countersign.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.principal.api.PrincipalCommand.ChangeRole;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.DisablePrincipal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.UUID;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.json.JsonMapper;

/** First run, callers and doors, in the order in which an installation meets them. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class SecurityTests extends RunningService {

    private static final Path NOTES = FOLDER.resolve("first-run.json");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static First first;

    @Autowired
    private Principals principals;
    @Autowired
    private CommandGateway commands;
    @Autowired
    private Passwords passwords;

    private record First(String console, Owner owner, Agent agent) {
        private record Owner(String email, String password) {}

        private record Agent(String id, String key) {}
    }

    private static String code(HttpResponse<String> response) {
        return JSON.readTree(response.body()).path("code").asString("");
    }

    private First first() {
        try {
            first = first == null ? JSON.readValue(Files.readString(NOTES), First.class) : first;
            return first;
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private String add(Role role, String password) {
        String id = UUID.randomUUID().toString();
        run(new AddPerson(id, "default", "Person " + id, id + "@example.com", role, passwords.hash(password)));
        return id;
    }

    private void run(Object command) {
        commands.sendAndWait(GenericCommandMessage.asCommandMessage(command)
                .andMetaData(Map.of("actor", "system:first-run", "workspace", "default", "origin", "system")));
    }

    @Nested
    @Order(1)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    class Given_the_first_run {

        @Test
        @Order(1)
        void the_owner_and_the_agent_are_written_down_for_this_user_alone() throws IOException {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(NOTES))).isEqualTo("rw-------");
            assertThat(first().console()).isEqualTo(base() + "/admin");
            assertThat(principals.people("default")).extracting(Principal.Person::role).contains(Role.OWNER);
            assertThat(first().agent().key()).matches(ApiKeys.PATTERN);
        }

        @Test
        @Order(2)
        void both_can_call_the_api() {
            Client client = new Client();
            assertThat(client.get("/api/v1/none", "Authorization", "Bearer " + first().agent().key()).statusCode()).isEqualTo(404);
            assertThat(client.get("/api/v1/none", "Authorization", basic(first().owner().email(), first().owner().password())).statusCode())
                    .isEqualTo(404);
        }

        @Test
        @Order(3)
        void the_notes_go_away_when_the_owner_has_signed_in() {
            assertThat(new Client().signIn(first().owner().email(), first().owner().password()).headers().firstValue("Location"))
                    .hasValueSatisfying(place -> assertThat(place).endsWith("/admin"));
            assertThat(NOTES).doesNotExist();
        }
    }

    @Nested
    @Order(2)
    class Given_a_call_of_the_api {

        @Test
        void without_credentials_it_is_unauthenticated_and_no_browser_asks_for_a_password() {
            HttpResponse<String> response = new Client().get("/api/v1/actions");
            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(code(response)).isEqualTo("unauthenticated");
            assertThat(response.headers().firstValue("Content-Type")).hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
            assertThat(response.headers().allValues("WWW-Authenticate")).allMatch(challenge -> challenge.startsWith("Bearer"));
            assertThat(response.headers().firstValue("Set-Cookie")).isEmpty();
        }

        @Test
        void wrong_credentials_are_all_refused_alike() {
            for (String header : new String[] {"Bearer csk_aaaaaaaaaaaa_x", "Bearer " + new ApiKeys().generate().text(), "Basic ???",
                    "Digest x", "Bearer", basic("nobody@example.com", "wrong wrong")}) {
                HttpResponse<String> response = new Client().get("/api/v1/actions", "Authorization", header);
                assertThat(response.statusCode()).as(header).isEqualTo(401);
                assertThat(response.headers().allValues("WWW-Authenticate")).as(header).allMatch(challenge -> challenge.startsWith("Bearer"));
            }
        }

        @Test
        void an_agent_cannot_read_the_settings_and_an_owner_sees_no_secret() {
            assertThat(new Client().get("/api/v1/admin/config", "Authorization", "Bearer " + first().agent().key()).statusCode()).isEqualTo(403);
            HttpResponse<String> config = new Client().get("/api/v1/admin/config", "Authorization",
                    basic(first().owner().email(), first().owner().password()));
            assertThat(config.statusCode()).isEqualTo(200);
            assertThat(config.body()).contains("COUNTERSIGN_DATA_DIR").contains("\"source\"");
        }

        @Test
        void a_viewer_is_told_that_the_role_is_too_low() {
            String id = add(Role.VIEWER, "viewers see things");
            HttpResponse<String> response = new Client().get("/api/v1/admin/config", "Authorization", basic(id + "@example.com", "viewers see things"));
            assertThat(response.statusCode()).isEqualTo(403);
            assertThat(code(response)).isEqualTo("insufficient_role");
        }

        @Test
        void a_changed_role_and_a_disabled_person_count_at_the_next_call() {
            String id = add(Role.ADMIN, "admins keep house");
            String header = basic(id + "@example.com", "admins keep house");
            assertThat(new Client().get("/api/v1/admin/config", "Authorization", header).statusCode()).isEqualTo(200);
            run(new ChangeRole(id, Role.ANALYST));
            assertThat(new Client().get("/api/v1/admin/config", "Authorization", header).statusCode()).isEqualTo(403);
            run(new DisablePrincipal(id));
            assertThat(new Client().get("/api/v1/admin/config", "Authorization", header).statusCode()).isEqualTo(401);
        }

        @Test
        void a_request_id_is_kept_when_sound_and_replaced_when_not() {
            assertThat(new Client().get("/api/v1/actions", "X-Request-Id", "abc-123").headers().firstValue("X-Request-Id")).contains("abc-123");
            assertThat(new Client().get("/api/v1/actions", "X-Request-Id", "<script>").headers().firstValue("X-Request-Id"))
                    .hasValueSatisfying(id -> assertThat(id).hasSize(36));
        }

        @Test
        void guesses_with_basic_are_throttled_but_the_right_password_of_the_last_minute_is_not() {
            String id = add(Role.VIEWER, "the right password");
            String right = basic(id + "@example.com", "the right password");
            assertThat(new Client().get("/api/v1/none", "Authorization", right).statusCode()).isEqualTo(404);
            for (int i = 0; i < Tries.PER_ACCOUNT; i++) {
                assertThat(new Client().get("/api/v1/none", "Authorization", basic(id + "@example.com", "guess " + i)).statusCode()).isEqualTo(401);
            }
            assertThat(new Client().get("/api/v1/none", "Authorization", basic(id + "@example.com", "guess")).statusCode()).isEqualTo(429);
            assertThat(new Client().get("/api/v1/none", "Authorization", right).statusCode()).isEqualTo(404);
        }
    }

    @Nested
    @Order(3)
    class Given_the_console {

        @Test
        void a_stranger_is_asked_to_sign_in_and_comes_back_to_the_page_wanted() {
            String id = add(Role.ANALYST, "analysts decide");
            Client browser = new Client();
            HttpResponse<String> page = browser.get("/admin/actions?status=all", "Accept", "text/html");
            assertThat(page.statusCode()).isEqualTo(302);
            assertThat(page.headers().firstValue("Location").orElse("")).endsWith("/login");
            assertThat(browser.signIn(id + "@example.com", "analysts decide").headers().firstValue("Location").orElse(""))
                    .endsWith("/admin/actions?status=all");
        }

        @Test
        void the_session_changes_its_id_and_its_cookie_is_out_of_reach_for_scripts_and_strangers() {
            String id = add(Role.ANALYST, "analysts decide");
            Client browser = new Client();
            browser.token();
            String before = browser.cookie();
            HttpResponse<String> signedIn = browser.signIn(id + "@example.com", "analysts decide");
            assertThat(signedIn.headers().firstValue("Set-Cookie").orElse("")).contains("HttpOnly").contains("SameSite=Lax");
            assertThat(browser.cookie()).startsWith("countersign_session=").isNotEqualTo(before);
            assertThat(browser.get("/admin/none").statusCode()).isEqualTo(404);
            run(new DisablePrincipal(id));
            assertThat(browser.get("/admin/none").statusCode()).isEqualTo(302);
        }

        @Test
        void a_post_without_its_token_is_refused() {
            String id = add(Role.ADMIN, "admins keep house");
            Client browser = new Client();
            assertThat(browser.post("/login", Map.of("username", id + "@example.com", "password", "admins keep house")).statusCode()).isEqualTo(403);
            browser.signIn(id + "@example.com", "admins keep house");
            assertThat(browser.post("/admin/anything", Map.of()).statusCode()).isEqualTo(403);
            assertThat(browser.post("/logout", Map.of()).statusCode()).isEqualTo(403);
        }

        @Test
        void an_unknown_person_and_a_wrong_password_get_the_same_answer() {
            String id = add(Role.ANALYST, "analysts decide");
            String known = new Client().signIn(id + "@example.com", "wrong").headers().firstValue("Location").orElse("");
            String unknown = new Client().signIn("nobody@example.com", "wrong").headers().firstValue("Location").orElse("");
            assertThat(known).endsWith("/login?error=refused").isEqualTo(unknown);
        }

        @Test
        void the_address_typed_comes_back_once_whether_anybody_has_it_or_not() {
            String known = add(Role.ANALYST, "analysts decide") + "@example.com";
            String unknown = "nobody\"><b>@example.com";
            assertThat(refusedPage(known)).isEqualTo(refusedPage(unknown)).contains("value=\"TYPED\"").doesNotContain("><b>");
        }

        private String refusedPage(String address) {
            Client browser = new Client();
            HttpResponse<String> refused = browser.signIn(address, "wrong");
            assertThat(refused.headers().firstValue("Location").orElse("")).endsWith("/login?error=refused");
            String page = browser.get("/login?error=refused").body();
            assertThat(browser.get("/login?error=refused").body()).doesNotContain("@example.com");
            return page.replace(HtmlUtils.htmlEscape(address), "TYPED").replaceAll("name=\"_csrf\"[^>]*", "");
        }

        @Test
        void eleven_guesses_are_one_too_many() {
            String id = add(Role.ANALYST, "analysts decide");
            for (int i = 0; i < Tries.PER_ACCOUNT; i++) {
                new Client().signIn(id + "@example.com", "guess " + i);
            }
            assertThat(new Client().signIn(id + "@example.com", "analysts decide").headers().firstValue("Location").orElse(""))
                    .endsWith("/login?error=throttled");
        }

        @Test
        void an_api_key_opens_no_page() {
            assertThat(new Client().get("/admin", "Authorization", "Bearer " + first().agent().key()).statusCode()).isEqualTo(302);
        }

        @Test
        void the_policies_of_pages_and_of_the_preview_are_the_documented_ones() {
            HttpResponse<String> page = new Client().get("/login");
            assertThat(page.headers().firstValue("Content-Security-Policy")).contains(SecurityConfiguration.STRICT_POLICY);
            assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
            assertThat(new Client().get("/admin/actions/1/preview").headers().firstValue("Content-Security-Policy"))
                    .contains(SecurityConfiguration.PREVIEW_POLICY);
        }
    }

    @Nested
    @Order(4)
    class Given_everything_else {

        @Test
        void probes_answer_and_what_is_not_listed_is_closed() {
            assertThat(new Client().get("/livez").statusCode()).isEqualTo(200);
            assertThat(new Client().get("/readyz").statusCode()).isEqualTo(200);
            assertThat(new Client().get("/actuator/health").statusCode()).isEqualTo(404);
            assertThat(new Client().get("/anything").statusCode()).isEqualTo(404);
        }

        @Test
        void only_known_host_names_are_served() {
            assertThat(new Client().get("/login", "Host", "gate.example").statusCode()).isEqualTo(200);
            assertThat(new Client().get("/login", "Host", "localhost:1234").statusCode()).isEqualTo(200);
            HttpResponse<String> rebound = new Client().get("/login", "Host", "evil.example");
            assertThat(rebound.statusCode()).isEqualTo(421);
            assertThat(code(rebound)).isEqualTo("host_unknown");
        }

        @Test
        void a_trusted_proxy_says_that_the_client_came_by_https() {
            HttpResponse<String> plain = new Client().get("/login");
            HttpResponse<String> secure = new Client().get("/login", "X-Forwarded-Proto", "https");
            assertThat(plain.headers().firstValue("Strict-Transport-Security")).isEmpty();
            assertThat(plain.headers().firstValue("Set-Cookie").orElse("")).doesNotContain("Secure");
            assertThat(secure.headers().firstValue("Strict-Transport-Security")).isPresent();
            assertThat(secure.headers().firstValue("Set-Cookie").orElse("")).contains("Secure");
        }

        @Test
        void a_key_may_call_so_often_and_is_then_told_when_to_come_back() {
            Client client = new Client();
            HttpResponse<String> last = client.get("/api/v1/none", "Authorization", "Bearer " + first().agent().key());
            for (int i = 0; i < 80 && last.statusCode() != 429; i++) {
                last = client.get("/api/v1/none", "Authorization", "Bearer " + first().agent().key());
            }
            assertThat(last.statusCode()).isEqualTo(429);
            assertThat(code(last)).isEqualTo("rate_limited");
            assertThat(last.headers().firstValue("Retry-After")).isPresent();
            assertThat(last.headers().firstValue("RateLimit-Limit")).contains("60");
            assertThat(last.body()).contains("\"usage\":{", "\"limit\":60", "\"used\":60", "\"window_seconds\":60", "\"retry_after\":"
                    + last.headers().firstValue("Retry-After").orElse("none"));
        }
    }
}
