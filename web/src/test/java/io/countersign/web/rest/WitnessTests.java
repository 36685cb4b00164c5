package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What an action is about is looked at, shown, and looked at again before anything happens. */
@ApiTest
class WitnessTests {

    @Autowired
    private Cast cast;

    private Cast.Answer writes(String path, String content, boolean asked) {
        return cast.agent().post("/api/v1/actions", "{\"action\":\"file_write\",\"params\":{\"path\":\"" + path + "\",\"content\":\"" + content
                + "\"},\"force_approval\":" + asked + "}");
    }

    private Cast.Answer approves(String id, String body) {
        return cast.analyst().post("/api/v1/actions/" + id + "/approve", body, "Prefer", "wait=20");
    }

    /** Asked for, and looked at. */
    private Cast.Answer waiting(String path) {
        writes(path, "first", false);
        var id = writes(path, "mine", true).text("id");
        await().atMost(Duration.ofSeconds(20)).until(() -> read(id).json().path("witness").isObject());
        return read(id);
    }

    private Cast.Answer read(String id) {
        return cast.analyst().get("/api/v1/actions/" + id);
    }

    @Nested
    class Given_a_file_that_stays_as_it_was {

        @Test
        void the_reviewer_is_shown_it_and_what_was_approved_happens() {
            var seen = waiting("same.txt");
            assertThat(seen.json().at("/witness/facts/0/name").asString()).isEqualTo("same.txt");
            assertThat(seen.json().at("/witness/facts/0/value").asString()).startsWith("a file of 5 bytes, SHA-256 ");
            var done = approves(seen.text("id"), "{\"witness_digest\":\"" + seen.json().at("/witness/digest").asString() + "\"}");
            assertThat(done.text("status")).as(done.body()).isEqualTo("executed");
            var told = cast.analyst().get("/api/v1/actions/" + seen.text("id") + "/explain").json();
            assertThat(told.path("looks").valueStream().map(look -> look.path("phase").asString())).containsExactly("request", "execution");
        }

        @Test
        void agents_are_not_told_what_was_found() {
            var id = waiting("hidden.txt").text("id");
            var own = cast.agent().get("/api/v1/actions/" + id).json().path("witness");
            assertThat(own.path("seen").asBoolean()).isTrue();
            assertThat(own.path("facts")).isEmpty();
            assertThat(own.path("subject").isNull()).isTrue();
            cast.agent().post("/api/v1/actions/" + id + "/cancel", "{}");
        }
    }

    @Nested
    class Given_a_file_that_somebody_else_changed {

        @Test
        void nothing_happens_until_a_person_has_seen_the_difference() {
            var seen = waiting("moved.txt");
            var id = seen.text("id");
            var digest = seen.json().at("/witness/digest").asString();
            writes("moved.txt", "second!", false);
            approves(id, "{}");
            await().atMost(Duration.ofSeconds(20)).until(() -> read(id).text("status").equals("stale"));
            var stale = read(id).json();
            assertThat(stale.at("/witness/differences/0").asString()).startsWith("moved.txt was a file of 5 bytes").contains("is now a file of 7 bytes");
            assertThat(stale.at("/witness/then/0/value").asString()).startsWith("a file of 5 bytes");
            assertThat(stale.path("decided_by").isNull()).isTrue();
            assertThat(stale.path("expires_at").isNull()).isFalse();
            assertThat(cast.analyst().get("/api/v1/actions?status=stale").body()).contains(id);
            assertThat(approves(id, "{\"witness_digest\":\"" + digest + "\"}").text("code")).isEqualTo("stale_view");
            var done = approves(id, "{\"witness_digest\":\"" + stale.at("/witness/digest").asString() + "\"}");
            assertThat(done.text("status")).as(done.body()).isEqualTo("executed");
            assertThat(done.json().path("attempt").asInt()).isEqualTo(1);
        }
    }
}
