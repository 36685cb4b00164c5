package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class InsightTests {

    private static final String INSIGHTS = "/api/v1/insights";
    private static final String DASHBOARD = "/v1/control/dashboard";

    @Autowired
    private Cast cast;

    private long count(String path, String member) {
        var answer = cast.viewer().get(path);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        var node = answer.json();
        for (var part : member.split("/")) {
            node = node.path(part);
        }
        return node.asLong();
    }

    @Nested
    class Given_actions_asked_for_and_decided {

        @Test
        void an_action_moves_the_counts_and_an_approval_without_a_look_is_told_apart() {
            var evaluations = count(INSIGHTS, "totals/evaluations");
            var approvals = count(INSIGHTS, "decisions/approvals");
            var unopened = count(INSIGHTS, "decisions/unopened");
            var reflex = count(INSIGHTS, "decisions/reflex");
            var opened = cast.agent().asks();
            cast.analyst().get("/api/v1/actions/" + opened);
            cast.analyst().post("/api/v1/actions/" + opened + "/approve", "", "Prefer", "wait=0");
            cast.analyst().post("/api/v1/actions/" + cast.agent().asks() + "/approve", "", "Prefer", "wait=0");
            cast.analyst().post("/api/v1/actions/" + cast.agent().asks() + "/deny", "{}");
            assertThat(count(INSIGHTS, "totals/evaluations")).isEqualTo(evaluations + 3);
            assertThat(count(INSIGHTS, "decisions/approvals")).isEqualTo(approvals + 2);
            assertThat(count(INSIGHTS, "decisions/unopened")).isEqualTo(unopened + 1);
            assertThat(count(INSIGHTS, "decisions/reflex")).isEqualTo(reflex + 2);
            assertThat(cast.viewer().get(INSIGHTS).json().path("decisions").path("median_seconds").asDouble()).isGreaterThanOrEqualTo(0);
        }

        @Test
        void every_bucket_of_the_window_is_there() {
            cast.agent().asks();
            assertThat(cast.viewer().get(INSIGHTS + "?window=24h").json().path("time_series").size()).isIn(24, 25);
            assertThat(cast.viewer().get(INSIGHTS + "?window=7d").json().path("time_series").size()).isIn(7, 8);
            assertThat(cast.viewer().get(INSIGHTS + "?window=30d&bucket=hour").json().path("time_series").size()).isIn(720, 721);
            var series = cast.viewer().get(INSIGHTS + "?window=24h").json().path("time_series");
            assertThat(series.path(0).path("totals").path("evaluations").asLong()).as("nothing happened a day ago").isZero();
            assertThat(series.path(series.size() - 1).path("totals").path("evaluations").asLong()
                    + series.path(series.size() - 2).path("totals").path("evaluations").asLong()).isPositive();
        }

        @Test
        void the_rules_of_the_time_are_there_with_what_people_made_of_them() {
            cast.analyst().post("/api/v1/actions/" + cast.agent().asks() + "/deny", "{}");
            var rules = cast.viewer().get(INSIGHTS).json().path("rules");
            assertThat(rules.toString()).contains("jira:create");
        }
    }

    @Nested
    class Given_the_older_interface {

        @Test
        void the_dashboard_has_its_shape() {
            cast.agent().asks();
            var board = cast.viewer().get(DASHBOARD).json();
            assertThat(board.path("window").asString()).isEqualTo("7d");
            assertThat(board.path("bucket").asString()).isEqualTo("day");
            assertThat(board.path("backend").asString()).isEqualTo("postgres");
            assertThat(board.path("totals").propertyNames()).containsExactlyInAnyOrder("evaluations", "executed", "pending_review", "approved", "denied");
            assertThat(board.path("time_series").path(0).propertyNames())
                    .containsExactlyInAnyOrder("bucket", "executed", "pending_review", "approved", "denied");
            assertThat(cast.viewer().get(DASHBOARD + "?window=24h").text("bucket")).isEqualTo("hour");
            assertThat(cast.viewer().get(DASHBOARD + "?window=1y").status()).isEqualTo(400);
            assertThat(cast.viewer().get(DASHBOARD + "?bucket=week").status()).isEqualTo(400);
        }

        @Test
        void what_rules_held_against_an_agent_is_listed_newest_first() {
            var blocked = cast.agent().post("/v1/actions", "{\"action\":\"github.delete_repo\",\"params\":{\"sql\":\"DROP TABLE x\"}}");
            assertThat(blocked.status()).as("%s", blocked).isLessThan(500);
            var page = cast.viewer().get("/v1/control/agents/" + cast.agent().id() + "/violations?limit=5").json();
            assertThat(page.path("agent_id").asString()).isEqualTo(cast.agent().id());
            assertThat(page.path("violations").size()).isLessThanOrEqualTo(5);
            assertThat(page.path("total").asLong()).isGreaterThanOrEqualTo(page.path("violations").size());
            assertThat(cast.viewer().get("/v1/control/agents/x/violations?since=yesterday").status()).isEqualTo(400);
            assertThat(cast.viewer().get("/v1/control/agents/x/violations").text("code")).isEqualTo("not_found");
            assertThat(cast.viewer().get("/v1/control/agents/" + cast.foreignAgent().id() + "/violations").text("code")).isEqualTo("not_found");
            var backwards = cast.viewer().get("/v1/control/agents/" + cast.agent().id()
                    + "/violations?since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z");
            assertThat(backwards.status()).isEqualTo(400);
            assertThat(backwards.json().path("details").path(0).path("field").asString()).isEqualTo("since");
        }
    }

    @Nested
    class Given_prometheus {

        @Test
        void it_reads_the_counts_as_text() {
            cast.agent().asks();
            var text = cast.viewer().get("/api/v1/metrics");
            assertThat(text.status()).as("%s", text).isEqualTo(200);
            assertThat(text.header("Content-Type")).startsWith("text/plain");
            assertThat(text.body()).contains("# TYPE countersign_verdicts gauge", "countersign_waiting ", "countersign_verdicts{verdict=\"ask\"} ");
            assertThat(cast.agent().get("/api/v1/metrics").status()).isEqualTo(403);
        }
    }
}
