package io.countersign.web.rest;

import static io.countersign.web.rest.RequestActionTests.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class ListActionsTests {

    private static final String PATH = "/api/v1/actions";

    @Autowired
    private Cast cast;

    private static List<String> ids(Cast.Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json().path("actions").valueStream().map(row -> row.path("id").asString()).toList();
    }

    @Nested
    class Given_actions_of_two_agents {

        @Test
        void an_agent_sees_its_own_and_a_person_sees_all() {
            var mine = cast.agent().asks();
            var theirs = cast.otherAgent().asks();
            assertThat(ids(cast.agent().get(PATH + "?limit=100"))).contains(mine).doesNotContain(theirs);
            assertThat(ids(cast.viewer().get(PATH + "?limit=100"))).contains(mine, theirs);
            assertThat(ids(cast.foreignAdmin().get(PATH + "?limit=100"))).doesNotContain(mine, theirs);
            assertThat(ids(cast.viewer().get(PATH + "?limit=100&requested_by=" + cast.otherAgent().id()))).contains(theirs).doesNotContain(mine);
        }

        @Test
        void pages_follow_each_other_without_gap_or_repeat() {
            var asked = new ArrayList<String>();
            for (int i = 0; i < 7; i++) {
                asked.addFirst(cast.agent().post(PATH, Cast.JIRA.replace("{\"action\"", "{\"conversation_id\":\"pages\",\"action\"")).text("id"));
            }
            var seen = new ArrayList<String>();
            var next = "";
            do {
                var page = cast.viewer().get(PATH + "?conversation_id=pages&limit=3" + next);
                seen.addAll(ids(page));
                next = page.json().path("next_cursor").isNull() ? "" : "&cursor=" + page.text("next_cursor");
            } while (!next.isEmpty());
            assertThat(seen).containsExactlyElementsOf(asked);
        }
    }

    @Nested
    class Given_actions_asked_for_through_an_entry {

        @Test
        void they_are_found_by_the_name_of_the_entry_and_by_the_type() {
            cast.admin().call("PUT", "/api/v1/catalogue/told_later", "{\"action_type\":\"note:keep\",\"tier\":\"staged\"}".getBytes(StandardCharsets.UTF_8));
            var id = cast.agent().post(PATH, "{\"action\":\"told_later\",\"params\":{}}").text("id");
            var other = cast.agent().asks();
            assertThat(ids(cast.viewer().get(PATH + "?action=told_later"))).containsExactly(id);
            assertThat(ids(cast.viewer().get(PATH + "?status=all&action=told_later"))).containsExactly(id);
            assertThat(ids(cast.viewer().get(PATH + "?status=all&action=note:keep&limit=100"))).contains(id).doesNotContain(other);
            assertThat(ids(cast.viewer().get("/api/v1/queue?action=told_later"))).containsExactly(id);
            assertThat(ids(cast.viewer().get("/api/v1/queue?action=told_later&as_of=" + Instant.now().plusSeconds(1)))).containsExactly(id);
            assertThat(ids(cast.agent().get(PATH + "?action=told_later"))).containsExactly(id);
            var told = cast.viewer().get(PATH + "/" + id + "/explain").json();
            assertThat(told.path("action").asString()).isEqualTo("told_later");
            assertThat(told.path("action_type").asString()).isEqualTo("note:keep");
            assertThat(told.path("summary").asString()).startsWith("scribe asked for told_later: ").doesNotContain("told_later: told_later");
            cast.admin().call("DELETE", "/api/v1/catalogue/told_later", new byte[0]);
        }
    }

    @Nested
    class Given_statuses {

        @Test
        void pending_is_what_is_listed_unless_told_otherwise() {
            var pending = cast.agent().asks();
            var denied = cast.agent().asks();
            cast.analyst().post(PATH + "/" + denied + "/deny", "");
            assertThat(ids(cast.viewer().get(PATH + "?limit=100"))).contains(pending).doesNotContain(denied);
            assertThat(ids(cast.viewer().get(PATH + "?limit=100&status=all"))).contains(pending, denied);
            assertThat(ids(cast.viewer().get(PATH + "?limit=100&status=denied"))).contains(denied).doesNotContain(pending);
            assertThat(ids(cast.viewer().get(PATH + "?limit=100&status=denied,pending"))).contains(pending, denied);
            assertThat(ids(cast.viewer().get(PATH + "?limit=100&status=denied&status=pending"))).contains(pending, denied);
        }

        @Test
        void the_older_words_stand_for_their_groups() {
            var cancelled = cast.agent().asks();
            cast.agent().post(PATH + "/" + cancelled + "/cancel", "");
            var answer = cast.viewer().get(PATH + "?limit=100&legacy_status=denied");
            assertThat(ids(answer)).contains(cancelled);
            assertThat(answer.json().path("actions").valueStream().map(row -> row.path("legacy_status").asString())).containsOnly("denied");
            for (var name : List.of("pending", "approved", "executed", "auto_approved", "failed", "timed_out", "rolled_back")) {
                var group = cast.viewer().get(PATH + "?limit=100&legacy_status=" + name);
                assertThat(group.status()).isEqualTo(200);
                assertThat(group.json().path("actions").valueStream().map(row -> row.path("legacy_status").asString()).distinct()).isSubsetOf(name);
            }
        }

        @Test
        void every_status_is_accepted() {
            for (var status : ActionStatus.values()) {
                assertThat(cast.viewer().get(PATH + "?status=" + status.wire()).status()).isEqualTo(200);
            }
        }
    }

    @Nested
    class Given_faulty_questions {

        @Test
        void they_are_400_and_name_the_parameter() {
            for (var query : List.of("status=", "status=nope", "status=PENDING", "status=pending,,denied", "status=all,pending", "limit=0", "limit=101",
                    "limit=ten", "limit=-1", "limit=1e1", "limit=", "limit=99999999999999999999", "cursor=nonsense", "cursor=%00", "cursor=",
                    "action=%00", "requested_by=a%00b", "conversation_id=%0a", "legacy_status=nope", "legacy_status=denied&status=denied",
                    "status=%ff", "status=%00", "cursor=" + "x".repeat(600), "conversation_id=")) {
                assertProblem(cast.viewer().get(PATH + "?" + query), 400, "validation_error");
            }
            var id = cast.agent().asks();
            for (var query : List.of("wait=61", "wait=-1", "wait=x", "wait=", "wait=1&since_status=nope", "since_status=")) {
                assertProblem(cast.agent().get(PATH + "/" + id + "?" + query), 400, "validation_error");
            }
        }

        @Test
        void what_cannot_be_an_id_is_400_and_what_is_nowhere_is_404() {
            assertProblem(cast.agent().get(PATH + "/not-an-id"), 400, "validation_error");
            assertProblem(cast.agent().get(PATH + "/00000000-0000-0000-0000-00000000000g"), 400, "validation_error");
            assertProblem(cast.agent().get(PATH + "/" + new UUID(1, 2)), 404, "not_found");
            assertProblem(cast.agent().get("/api/v1/nothing"), 404, "not_found");
            assertProblem(cast.agent().get("/api/nothing"), 404, "not_found");
            assertProblem(cast.agent().call("DELETE", PATH, new byte[0]), 405, "method_not_allowed");
            assertProblem(cast.agent().call("GET", PATH, new byte[0], "Accept", "text/csv"), 406, "not_acceptable");
            assertProblem(cast.agent().get(PATH + "/a;b"), 400, "validation_error");
            assertProblem(cast.agent().get("/api/v1//actions"), 400, "validation_error");
        }
    }

    @Nested
    class Given_an_admin {

        @Test
        void every_view_tells_how_far_it_is_and_can_be_built_anew() {
            var views = cast.admin().get("/api/v1/admin/projections");
            assertThat(views.status()).as(views.toString()).isEqualTo(200);
            var names = views.json().path("projections").valueStream().map(view -> view.path("name").asString()).toList();
            assertThat(names).contains("queue", "actions", "audit");
            var rebuild = cast.admin().post("/api/v1/admin/projections/audit/rebuild", "");
            assertThat(rebuild.status()).as(rebuild.toString()).isEqualTo(202);
            assertProblem(cast.admin().post("/api/v1/admin/projections/nothing/rebuild", ""), 404, "not_found");
        }

        @Test
        void what_is_overdue_is_expired_at_once() {
            var sweep = cast.admin().post("/api/v1/admin/expire", "");
            assertThat(sweep.status()).as(sweep.toString()).isEqualTo(200);
            assertThat(sweep.json().path("expired").isInt()).isTrue();
        }
    }
}
