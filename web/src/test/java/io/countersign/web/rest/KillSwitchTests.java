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
class KillSwitchTests {

    private static final String NOTE = "{\"action\":\"note:keep\",\"params\":{\"text\":\"x\"}}";

    @Autowired
    private Cast cast;

    private Cast.Answer set(Cast.Voice voice, String name, String status) {
        return voice.call("PUT", "/api/v1/switches/" + name, ("{\"status\":\"" + status + "\",\"reason\":\"it runs wild\"}")
                .getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void releaseAll() {
        cast.admin().get("/api/v1/switches").json().path("switches").forEach(thrown -> set(cast.admin(), thrown.path("scope").asString()
                + (thrown.path("subject").asString().isEmpty() ? "" : "/" + thrown.path("subject").asString()), "allowed"));
    }

    @Nested
    class Given_nothing_is_thrown {

        @Test
        void all_categories_are_listed_as_allowed() {
            var categories = cast.viewer().get("/api/v1/switches").json().path("categories");
            assertThat(categories).extracting(category -> category.path("name").asString()).contains("datasource", "integration", "policy", "raw_sql");
            assertThat(categories).allMatch(category -> category.path("status").asString().equals("allowed")
                    && !category.path("label").asString().isEmpty() && !category.path("description").asString().isEmpty());
        }

        @Test
        void an_unknown_category_is_422_and_an_unknown_word_400() {
            assertThat(set(cast.admin(), "category/weather", "blocked").status()).isEqualTo(422);
            assertThat(set(cast.admin(), "planet", "blocked").status()).isEqualTo(422);
            assertThat(set(cast.admin(), "everything", "off").status()).isEqualTo(400);
            assertThat(set(cast.admin(), "agent/nobody", "blocked").status()).isEqualTo(404);
        }

        @Test
        void only_admins_throw() {
            assertThat(set(cast.analyst(), "everything", "blocked").text("code")).isEqualTo("insufficient_role");
            assertThat(set(cast.agent(), "everything", "blocked").text("code")).isEqualTo("forbidden");
            assertThat(cast.foreignAdmin().get("/api/v1/switches").json().path("switches")).isEmpty();
        }
    }

    @Nested
    class Given_everything_is_stopped {

        @Test
        void requests_are_turned_away_as_frozen_and_what_is_approved_is_held_until_it_is_released() {
            var waiting = cast.agent().asks();
            assertThat(set(cast.admin(), "everything", "blocked").json().at("/switches/0/name").asString()).isEqualTo("everything");
            var turnedAway = cast.agent().post("/api/v1/actions", NOTE);
            assertThat(turnedAway.status()).isEqualTo(423);
            assertThat(turnedAway.text("code")).isEqualTo("frozen");
            assertThat(turnedAway.text("switch")).isEqualTo("everything");
            assertThat(cast.analyst().post("/api/v1/actions/" + waiting + "/approve", "{}").status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(status(waiting)).isEqualTo("held"));
            set(cast.admin(), "everything", "allowed");
            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(status(waiting)).isEqualTo("executed"));
        }

        private String status(String id) {
            return cast.agent().get("/api/v1/actions/" + id).text("status");
        }
    }

    @Nested
    class Given_a_category_is_stopped {

        @Test
        void requests_are_recorded_as_blocked_and_name_the_switch() {
            set(cast.admin(), "category/integration", "blocked");
            var answer = cast.agent().post("/api/v1/actions", Cast.JIRA);
            assertThat(answer.text("status")).isEqualTo("blocked");
            assertThat(answer.body()).contains("switched_off", "category:integration");
        }
    }
}
