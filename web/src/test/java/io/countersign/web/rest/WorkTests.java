package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class WorkTests {

    @Autowired
    private Cast cast;

    private String errand() {
        var asked = cast.agent().post("/api/v1/actions", "{\"action\":\"errand:run\",\"params\":{\"to\":\"the baker\"}}");
        var id = asked.text("id");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(status(id)).isEqualTo("awaiting_external"));
        return id;
    }

    private String status(String id) {
        return cast.agent().get("/api/v1/actions/" + id).text("status");
    }

    private Cast.Answer claim(String body) {
        return cast.worker().post("/api/v1/work/claim", body);
    }

    @Nested
    class Given_an_errand_to_run {

        @Test
        void one_worker_takes_it_keeps_it_and_reports_what_came_of_it() {
            var id = errand();
            var work = claim("{\"action\":\"errand:run\",\"lease_seconds\":60}");
            assertThat(work.text("id")).as(work.body()).isEqualTo(id);
            assertThat(work.json().at("/params/to").asString()).isEqualTo("the baker");
            assertThat(claim("{\"action\":\"errand:run\"}").status()).as("taken once").isEqualTo(204);
            assertThat(cast.worker().post("/api/v1/work/" + id + "/heartbeat", "{\"attempt\":1,\"lease_seconds\":120}").text("lease_until"))
                    .isGreaterThan(work.text("lease_until"));
            assertThat(cast.worker().post("/api/v1/work/" + id + "/complete", "{\"attempt\":2,\"output\":{}}").status()).isEqualTo(409);
            var done = cast.worker().post("/api/v1/work/" + id + "/complete", "{\"attempt\":1,\"output\":{\"bread\":2}}");
            assertThat(done.text("status")).as(done.body()).isEqualTo("executed");
            assertThat(cast.agent().get("/api/v1/actions/" + id).json().at("/result/bread").asInt(0)).isEqualTo(2);
            assertThat(cast.worker().post("/api/v1/work/" + id + "/fail", "{\"attempt\":1,\"error\":\"late\"}").status()).isEqualTo(409);
        }

        @Test
        void a_worker_that_is_not_heard_of_again_loses_it_to_the_next() {
            var id = errand();
            assertThat(claim("{\"action\":\"errand:run\",\"lease_seconds\":5}").text("id")).isEqualTo(id);
            await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofSeconds(1)).untilAsserted(
                    () -> assertThat(claim("{\"action\":\"errand:run\"}").json().path("attempt").asInt(0)).isEqualTo(2));
            assertThat(cast.worker().post("/api/v1/work/" + id + "/complete", "{\"attempt\":1,\"output\":{}}").status()).isEqualTo(409);
            var failed = cast.worker().post("/api/v1/work/" + id + "/fail", "{\"attempt\":2,\"error\":\"no bread left\"}");
            assertThat(failed.text("status")).isEqualTo("failed");
            assertThat(status(id)).isEqualTo("failed");
        }
    }

    @Nested
    class Given_a_key_for_work {

        @Test
        void it_opens_nothing_else_and_no_other_key_opens_work() {
            for (var path : new String[] {"/api/v1/actions", "/api/v1/undo", "/api/v1/switches", "/v1/compensations", "/api/v1/admin/config"}) {
                assertThat(cast.worker().get(path).status()).as(path).isEqualTo(403);
            }
            assertThat(cast.worker().post("/api/v1/actions", Cast.JIRA).status()).isEqualTo(403);
            assertThat(cast.worker().post("/api/v1/actions", Cast.JIRA).text("detail")).startsWith("This key is for work only:");
            assertThat(cast.worker().get("/api/v1/admin/projections").text("detail")).startsWith("This key is for work only:");
            assertThat(cast.agent().post("/api/v1/work/claim", "{}").text("code")).isEqualTo("forbidden");
            assertThat(cast.owner().post("/api/v1/work/claim", "{}").status()).isEqualTo(403);
            assertThat(cast.foreignWorker().post("/api/v1/work/claim", "{}").status()).as("nothing of this workspace").isEqualTo(204);
            assertThat(claim("{\"lease_seconds\":4000}").status()).isEqualTo(400);
        }
    }
}
