package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@ApiTest
class ConnectorTests {

    @Autowired
    private Cast cast;

    private JsonNode connector(String name) {
        for (var one : cast.owner().get("/api/v1/connectors").json().path("connectors")) {
            if (one.path("name").asString("").equals(name)) {
                return one;
            }
        }
        throw new AssertionError("There is no connector " + name);
    }

    private Cast.Answer pause(String status) {
        return cast.owner().call("PUT", "/api/v1/switches/executor/sql", ("{\"status\":\"" + status + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    @Nested
    class Given_an_executor {

        @Test
        void its_last_success_and_its_last_error_lead_to_the_actions() {
            var path = "\"connector-" + System.nanoTime() + ".txt\"";
            var first = cast.agent().post("/api/v1/actions", "{\"action\":\"file_create\",\"params\":{\"path\":" + path + "}}").text("id");
            await().atMost(Duration.ofSeconds(20)).until(() -> first.equals(connector("file").at("/last_success/action_id").asString("")));
            var second = cast.agent().post("/api/v1/actions", "{\"action\":\"file_create\",\"params\":{\"path\":" + path + "}}").text("id");
            await().atMost(Duration.ofSeconds(20)).until(() -> second.equals(connector("file").at("/last_error/action_id").asString("")));

            var file = connector("file");
            assertThat(file.path("health").asString()).isEqualTo("failing");
            assertThat(file.at("/last_error/error").asString()).contains("exists");
            assertThat(file.path("types").toString()).contains("file_create");
            assertThat(file.path("stopped_by").isEmpty()).isTrue();
        }

        @Test
        void its_kill_switch_pauses_all_of_it_by_whatever_name_it_is_asked_for() {
            try {
                assertThat(pause("blocked").status()).isEqualTo(200);

                assertThat(connector("sql").path("health").asString()).isEqualTo("paused");
                assertThat(connector("sql").path("stopped_by").toString()).isEqualTo("[\"executor:sql\"]");
                assertThat(connector("file").path("health").asString()).isNotEqualTo("paused");
            } finally {
                pause("allowed");
            }
        }

        @Test
        void credentials_are_told_by_name_and_whether_they_are_there() {
            assertThat(connector("jira").path("credentials").toString()).contains("{\"name\":\"JIRA_API_TOKEN\",\"source\":\"environment\",\"present\":");
        }

        @Test
        void agents_are_told_nothing() {
            assertThat(cast.agent().get("/api/v1/connectors").status()).isEqualTo(403);
        }
    }
}
