package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class ReplayTests {

    @Autowired
    private Cast cast;

    private static long count(Cast.Answer snapshot, String status) {
        assertThat(snapshot.status()).as("%s", snapshot).isEqualTo(200);
        return snapshot.json().path("statuses").path(status).asLong();
    }

    @Nested
    class Given_an_action_that_moved {

        @Test
        void the_snapshots_before_and_after_differ_by_it_and_the_comparison_names_it() {
            var id = cast.agent().asks();
            var asked = Instant.parse(cast.viewer().get("/api/v1/actions/" + id).text("requested_at"));
            assertThat(cast.analyst().post("/api/v1/actions/" + id + "/deny", "{}").text("status")).isEqualTo("denied");
            var then = count(cast.viewer().get("/v1/replay/snapshot?at=" + asked), "denied");
            assertThat(count(cast.viewer().get("/v1/replay/snapshot"), "denied")).isGreaterThan(then);
            var diff = cast.viewer().get("/v1/replay/diff?from=" + asked + "&limit=50");
            assertThat(diff.status()).as("%s", diff).isEqualTo(200);
            assertThat(StreamSupport.stream(diff.json().path("changes").spliterator(), false)
                    .filter(change -> change.path("action_id").asString().equals(id))).singleElement().satisfies(change -> {
                        assertThat(change.path("before").asString()).isEqualTo("pending");
                        assertThat(change.path("after").asString()).isEqualTo("denied");
                    });
            var timeline = cast.viewer().get("/v1/replay/timeline?operations=action.denied&agent_id=" + cast.agent().id() + "&limit=1");
            assertThat(timeline.json().path("entries").path(0).path("action_id").asString()).isEqualTo(id);
            assertThat(cast.foreignAdmin().get("/v1/replay/diff?from=" + asked).body()).doesNotContain(id);
        }

        @Test
        void what_is_malformed_is_400() {
            assertThat(cast.viewer().get("/v1/replay/timeline?operations=drop").status()).isEqualTo(400);
            assertThat(cast.viewer().get("/v1/replay/snapshot?at=noon").status()).isEqualTo(400);
            assertThat(cast.viewer().get("/v1/replay/diff?from=2100-01-01T00:00:00Z&to=2000-01-01T00:00:00Z").status()).isEqualTo(400);
        }
    }

    @Nested
    class Given_a_policy_that_was_revised {

        @Test
        void the_policies_are_shown_as_they_stood() {
            var before = Instant.now().minusSeconds(1).toString();
            var made = cast.admin().post("/api/v1/policies", "{\"name\":\"replayed\",\"rules\":[{\"condition\":{\"type\":\"pattern\","
                    + "\"regex\":\"replayed-word\"},\"effect\":\"block\",\"reason\":\"Says {match}.\"}]}");
            assertThat(made.status()).as("%s", made).isEqualTo(201);
            assertThat(cast.analyst().get("/api/v1/policies").body()).contains("\"replayed\"");
            assertThat(cast.analyst().get("/api/v1/policies?as_of=" + before).body()).doesNotContain("\"replayed\"");
            assertThat(cast.analyst().get("/api/v1/policies?as_of=" + Instant.now().plusSeconds(1)).body()).contains("\"replayed\"");
            assertThat(cast.analyst().get("/api/v1/policies?as_of=noon").status()).isEqualTo(400);
        }
    }
}
