package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.query.backtest.api.Backtests;
import io.countersign.web.policy.PolicyYaml;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@ApiTest
class BacktestTests {

    private static final String START = "/api/v1/policies/backtest";

    @Autowired
    private Cast cast;

    @Autowired
    private Backtests backtests;

    private String approved = "";
    private String denied = "";
    private String passed = "";

    @BeforeEach
    void somePast() {
        approved = cast.agent().asks();
        denied = cast.agent().asks();
        passed = cast.agent().post("/api/v1/actions", "{\"action\":\"note:keep\",\"params\":{\"text\":\"backtest me\"}}").text("id");
        cast.analyst().post("/api/v1/actions/" + approved + "/approve", "{}", "Prefer", "wait=0");
        cast.analyst().post("/api/v1/actions/" + denied + "/deny", "{}");
    }

    private static String policy(String name, String glob, String effect) {
        return "{\"name\":\"" + name + "\",\"rules\":[{\"condition\":{\"type\":\"action\",\"glob\":\"" + glob + "\"},\"effect\":\"" + effect
                + "\",\"severity\":\"high\",\"reason\":\"tried\"}]}";
    }

    private JsonNode finished(Cast.Answer begun) {
        assertThat(begun.status()).as("%s", begun).isEqualTo(202);
        var ended = cast.analyst().get(begun.header("Location") + "?wait=60");
        assertThat(ended.text("state")).as("%s", ended).isEqualTo("finished");
        return ended.json();
    }

    private JsonNode rows(JsonNode backtest) {
        return cast.analyst().get(backtest.path("rows_url").asString()).json().path("rows");
    }

    @Nested
    class Given_a_past {

        @Test
        void a_policy_that_blocks_contradicts_who_approved_and_leaves_live_things_alone() {
            var head = cast.analyst().get("/api/v1/actions?status=all&limit=1").json().at("/actions/0/id").asString();
            var report = finished(cast.analyst().post(START, "{\"policies\":[" + policy("tried", "jira:*", "block") + "],\"window\":\"30d\"}"));
            assertThat(report.path("processed").asLong()).isGreaterThanOrEqualTo(3).isEqualTo(report.path("total").asLong());
            assertThat(report.path("contradicted").asLong()).isPositive();
            assertThat(report.path("reviews_saved").asLong()).isPositive();
            assertThat(report.path("not_evaluable").asLong(-1)).isZero();
            assertThat(report.path("changes")).anyMatch(change -> change.path("from").asString().equals("require_approval")
                    && change.path("to").asString().equals("block") && change.path("count").asLong() >= 2);
            assertThat(rows(report)).anyMatch(row -> row.path("action_id").asString().equals(approved) && row.path("contradicts").asBoolean()
                    && row.path("human").asString().equals("approved") && row.path("rule").asString().equals("tried/rule-1"));
            assertThat(rows(report)).anyMatch(row -> row.path("action_id").asString().equals(denied) && !row.path("contradicts").asBoolean()
                    && row.path("human").asString().equals("denied"));
            assertThat(cast.analyst().get("/api/v1/actions?status=all&limit=1").json().at("/actions/0/id").asString()).isEqualTo(head);
            assertThat(cast.agent().get("/api/v1/actions/" + denied).text("status")).isEqualTo("denied");
        }

        @Test
        void a_policy_that_asks_adds_reviews() {
            var report = finished(cast.analyst().post(START, "{\"policies\":[" + policy("tried", "note:*", "require_approval") + "]}"));
            assertThat(report.path("reviews_added").asLong()).isPositive();
            assertThat(rows(report)).anyMatch(row -> row.path("action_id").asString().equals(passed) && row.path("to").asString().equals("require_approval"));
        }

        @Test
        void a_standing_approval_saves_reviews_and_contradicts_who_denied() {
            var approving = policy("tried", "jira:*", "approve").replace("\"severity\"", "\"expires_at\":\"2099-01-01T00:00:00Z\",\"severity\"");
            var report = finished(cast.analyst().post(START, "{\"policies\":[" + approving + "]}"));
            assertThat(report.path("reviews_saved").asLong()).isPositive();
            assertThat(report.path("contradicted").asLong()).isPositive();
            assertThat(rows(report)).anyMatch(row -> row.path("human").asString().equals("denied") && row.path("contradicts").asBoolean()
                    && row.path("to").asString().equals("allow") && row.path("rule").asString().equals("tried/rule-1"));
        }

        @Test
        void a_policy_that_concerns_nothing_changes_nothing() {
            var report = finished(cast.analyst().post(START, "{\"policies\":[" + policy("tried", "nothing:*", "block") + "],\"window\":\"12h\"}"));
            assertThat(report.path("changes")).isEmpty();
            assertThat(report.path("contradicted").asLong(-1)).isZero();
        }

        @Test
        void a_rate_is_counted_again_in_the_order_of_the_log() {
            var rate = "{\"name\":\"tried\",\"rules\":[{\"condition\":{\"type\":\"rate\",\"glob\":\"note:*\",\"per\":\"workspace\",\"limit\":0,"
                    + "\"window_seconds\":3600},\"effect\":\"block\"}]}";
            var report = finished(cast.analyst().post(START, "{\"policies\":[" + rate + "]}"));
            assertThat(rows(report)).anyMatch(row -> row.path("action_id").asString().equals(passed) && row.path("to").asString().equals("block"));
        }

        @Test
        void the_look_of_the_editor_finds_what_a_backtest_of_the_window_finds() {
            for (var written : List.of(policy("tried", "jira:*", "block"), "{\"name\":\"tried\",\"rules\":[{\"condition\":{\"type\":\"rate\",\"glob\":\"jira:*\","
                    + "\"per\":\"workspace\",\"limit\":0,\"window_seconds\":3600},\"effect\":\"block\"}]}")) {
                var definition = PolicyYaml.readOne(written);
                var caught = backtests.caught("default", definition, Duration.ofDays(30));
                var report = finished(cast.analyst().post(START, "{\"policies\":[" + written + "],\"window\":\"30d\"}"));
                assertThat(caught.looked()).isEqualTo(report.path("processed").asLong() - report.path("not_evaluable").asLong());
                var blocked = Stream.of("changes", "kept").flatMap(list -> report.path(list).valueStream())
                        .filter(change -> change.path("to").asString().equals("block")).mapToLong(change -> change.path("count").asLong()).sum();
                assertThat(caught.count()).isPositive().isLessThanOrEqualTo(blocked);
                assertThat(caught.all()).isTrue();
                assertThat(caught.newest()).extracting(Backtests.Caught::requestedAt).isSortedAccordingTo(Comparator.reverseOrder());
                assertThat(caught.newest()).anyMatch(row -> row.actionId().equals(denied) && row.rule().equals("tried/rule-1"));
            }
        }

        @Test
        void another_workspace_sees_neither_the_actions_nor_the_report() {
            var begun = cast.analyst().post(START, "{\"policies\":[" + policy("tried", "jira:*", "block") + "]}");
            assertThat(cast.foreignAdmin().get(begun.header("Location")).status()).isEqualTo(404);
            finished(begun);
            var foreign = cast.foreignAdmin().post(START, "{\"policies\":[" + policy("tried", "jira:*", "block") + "]}");
            assertThat(cast.foreignAdmin().get(foreign.header("Location") + "?wait=60").body()).doesNotContain(approved);
        }

        @Test
        void it_can_be_followed_and_stopped() {
            var begun = cast.analyst().post(START, "{\"policies\":[" + policy("tried", "jira:*", "block") + "]}");
            var stream = cast.analyst().get(begun.header("Location") + "/events");
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.body()).contains("event:done", "\"state\":\"finished\"");
            var stopped = cast.analyst().call("DELETE", begun.header("Location"), new byte[0]);
            assertThat(stopped.status()).isEqualTo(200);
            assertThat(stopped.text("state")).isIn("finished", "cancelled");
        }
    }

    @Nested
    class Given_a_question_that_makes_no_sense {

        @Test
        void each_fault_is_named_with_its_place() {
            var answer = cast.analyst().post(START, "{\"policies\":[{\"name\":\"x\",\"rules\":[{\"condition\":{\"type\":\"weather\"},\"effect\":\"block\"}]}]}");
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().at("/details/0/field").asString()).isEqualTo("policies[0].rules[0].condition.type");
            assertThat(cast.analyst().post(START, "{\"policies\":[{\"name\":\"x\",\"rules\":[{\"condition\":{\"type\":\"pattern\",\"regex\":\"(\"},"
                    + "\"effect\":\"block\"}]}]}").text("code")).isEqualTo("validation_error");
            assertThat(cast.analyst().post(START, "{\"policies\":[]}").status()).isEqualTo(400);
            assertThat(cast.analyst().post(START, "{\"policies\":[" + policy("a", "*", "warn") + "],\"window\":\"a while\"}").status()).isEqualTo(400);
            assertThat(cast.analyst().get("/api/v1/policies/backtests/unknown").status()).isEqualTo(404);
        }

        @Test
        void agents_and_viewers_are_kept_out() {
            assertThat(cast.agent().post(START, "{}").text("code")).isEqualTo("forbidden");
            assertThat(cast.viewer().post(START, "{}").text("code")).isEqualTo("insufficient_role");
        }
    }
}
