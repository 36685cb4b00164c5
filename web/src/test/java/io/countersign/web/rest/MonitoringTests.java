package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class MonitoringTests {

    private static final String NOTE = "{\"action\":\"note:keep\",\"params\":{\"text\":\"x\"}}";

    @Autowired
    private Cast cast;

    private Cast.Answer set(Cast.Voice voice, String name, String body) {
        return voice.call("PUT", "/api/v1/monitoring/" + name, body.getBytes(StandardCharsets.UTF_8));
    }

    private void allow(String name) {
        cast.admin().call("PUT", "/api/v1/switches/" + name, "{\"status\":\"allowed\"}".getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void cleanUp() {
        cast.admin().get("/api/v1/monitoring").json().path("rules").forEach(rule ->
                cast.admin().call("DELETE", "/api/v1/monitoring/" + rule.path("name").asString(), new byte[0]));
        cast.admin().get("/api/v1/switches").json().path("switches").forEach(thrown -> allow(thrown.path("scope").asString()
                + (thrown.path("subject").asString().isEmpty() ? "" : "/" + thrown.path("subject").asString())));
    }

    @Nested
    class Given_a_rule_about_a_sequence {

        private String rule() {
            return "{\"agent\":\"" + cast.agent().id() + "\",\"forbidden_sequence\":[\"note:keep\",\"jira:create\"],\"window_seconds\":300}";
        }

        @Test
        void who_breaks_it_is_stopped_at_once_and_what_was_approved_is_held_until_the_switch_is_released() {
            assertThat(set(cast.admin(), "no-exfiltration", rule()).json().at("/rules/0/version").asInt(0)).isEqualTo(1);
            var waiting = cast.agent().asks();
            assertThat(cast.agent().post("/api/v1/actions", NOTE).status()).isEqualTo(201);

            var broken = cast.agent().post("/api/v1/actions", Cast.JIRA);

            assertThat(broken.text("status")).as(broken.body()).isEqualTo("blocked");
            assertThat(broken.body()).contains("monitoring_tripped", "no-exfiltration", "note:keep, then jira:create within 300 s");
            assertThat(cast.agent().post("/api/v1/actions", NOTE).text("code")).isEqualTo("frozen");
            var thrown = cast.admin().get("/api/v1/switches").json().at("/switches/0");
            assertThat(thrown.path("name").asString()).isEqualTo("agent:" + cast.agent().id());
            assertThat(thrown.path("thrown_by").asString()).isEqualTo("system:monitoring");
            assertThat(thrown.path("reason").asString()).contains("no-exfiltration");
            assertThat(cast.viewer().get("/api/v1/monitoring").json().at("/rules/0/last_trip/action_id").asString()).isEqualTo(broken.text("id"));

            assertThat(cast.analyst().post("/api/v1/actions/" + waiting + "/approve", "{}").status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(status(waiting)).isEqualTo("held"));
            allow("agent/" + cast.agent().id());
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(status(waiting)).isEqualTo("executed"));
        }

        private String status(String id) {
            return cast.viewer().get("/api/v1/actions/" + id).text("status");
        }

        @Test
        void a_dry_run_says_what_would_happen_and_throws_nothing() {
            set(cast.admin(), "no-exfiltration", rule());
            cast.agent().post("/api/v1/actions", NOTE);
            assertThat(cast.agent().post("/api/v1/actions", Cast.JIRA.replaceFirst("\\{", "{\"dry_run\":true,")).body()).contains("monitoring_tripped");
            assertThat(cast.admin().get("/api/v1/switches").json().path("switches")).isEmpty();
        }

        @Test
        void another_agent_is_not_concerned() {
            set(cast.admin(), "no-exfiltration", rule());
            cast.otherAgent().post("/api/v1/actions", NOTE);
            assertThat(cast.otherAgent().post("/api/v1/actions", Cast.JIRA).text("status")).isEqualTo("pending");
        }
    }

    @Nested
    class Given_an_admin_who_sets_rules {

        @Test
        void a_change_from_another_version_is_refused_and_a_rule_can_be_removed() {
            set(cast.admin(), "no-flood", "{\"max_actions_per_minute\":1000,\"version\":0}");
            assertThat(set(cast.admin(), "no-flood", "{\"max_actions_per_minute\":2000,\"version\":7}").text("code")).isEqualTo("stale_version");
            var changed = set(cast.admin(), "no-flood", "{\"max_actions_per_minute\":2000,\"version\":1,\"throws\":\"category:integration\"}");
            assertThat(changed.json().at("/rules/0/throws").asString()).as(changed.body()).isEqualTo("category:integration");
            assertThat(cast.admin().call("DELETE", "/api/v1/monitoring/no-flood?version=2", new byte[0]).json().path("rules")).isEmpty();
            assertThat(cast.admin().call("DELETE", "/api/v1/monitoring/no-flood", new byte[0]).status()).isEqualTo(404);
        }

        @Test
        void what_makes_no_sense_is_refused_by_name() {
            assertThat(set(cast.admin(), "x", "{}").text("code")).isEqualTo("validation_error");
            assertThat(set(cast.admin(), "x", "{\"max_actions_per_minute\":5,\"forbidden_sequence\":[\"a\"]}").body()).contains("not both");
            assertThat(set(cast.admin(), "x", "{\"max_actions_per_minute\":5,\"throws\":\"planet\"}").body()).contains("throws");
            assertThat(set(cast.admin(), "x", "{\"max_actions_per_minute\":5,\"throws\":\"executor:oven\"}").status()).isEqualTo(404);
            assertThat(set(cast.admin(), "x", "{\"max_actions_per_minute\":5,\"agent\":\"nobody\"}").status()).isEqualTo(404);
            assertThat(set(cast.admin(), "x", "{\"max_per_hour\":5}").status()).isEqualTo(400);
            assertThat(set(cast.analyst(), "x", "{\"max_actions_per_minute\":5}").text("code")).isEqualTo("insufficient_role");
            assertThat(set(cast.admin(), "x", "{\"forbidden_sequence\":[\"ghost:walk\"],\"window_seconds\":5}").body())
                    .contains("ghost:walk is neither");
        }
    }
}
