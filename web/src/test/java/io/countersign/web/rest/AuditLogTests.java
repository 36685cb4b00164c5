package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@ApiTest
class AuditLogTests {

    private static final String AUDIT = "/api/v1/audit";

    @Autowired
    private Cast cast;

    private List<JsonNode> found(String query) {
        var answer = cast.viewer().get(AUDIT + "?" + query);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return StreamSupport.stream(answer.json().path("items").spliterator(), false).toList();
    }

    @Nested
    class Given_what_people_did {

        @Test
        void a_person_who_opens_an_action_is_on_the_log_with_the_address() {
            var id = cast.agent().asks();
            cast.analyst().get("/api/v1/actions/" + id);
            var read = found("event=access.content_read&target=" + id + "&actor=" + cast.analyst().id());
            assertThat(read).hasSize(1);
            assertThat(read.getFirst().path("target").asString()).isEqualTo(id);
            assertThat(read.getFirst().path("ip").asString()).isEqualTo("127.0.0.1");
            assertThat(read.getFirst().path("request_id").asString()).isNotEmpty();
            cast.agent().get("/api/v1/actions/" + id);
            assertThat(found("event=access.content_read&target=" + id)).as("agents see only their own").hasSize(1);
        }

        @Test
        void a_refusal_because_of_who_called_is_on_the_log() {
            var id = cast.agent().asks();
            assertThat(cast.viewer().post("/api/v1/actions/" + id + "/approve", "").status()).isEqualTo(403);
            var refused = found("event=access.refused&actor=" + cast.viewer().id());
            assertThat(refused).isNotEmpty().allMatch(entry -> entry.path("actor").asString().equals(cast.viewer().id()));
            var details = refused.getFirst().path("details");
            assertThat(details.path("call").asString()).isEqualTo("POST /api/v1/actions/{id}/approve");
            assertThat(details.path("code").asString()).isEqualTo("insufficient_role");
            var older = cast.viewer().get("/v1/audit?limit=1&event_type=access.refused").json().path("entries").path(0).path("metadata");
            assertThat(older.path("call").asString()).isEqualTo("POST /api/v1/actions/{id}/approve");
        }

        @Test
        void an_erasure_says_why() {
            var id = cast.agent().asks();
            cast.analyst().post("/api/v1/actions/" + id + "/deny", "{}");
            cast.admin().post("/api/v1/admin/erasure", "{\"action\":\"" + id + "\",\"reason\":\"Ticket 4711\"}");
            var details = found("event=action.content_erased&target=" + id).getFirst().path("details");
            assertThat(details.path("cause").asString()).isEqualTo("request");
            assertThat(details.path("reason").asString()).isEqualTo("Ticket 4711");
            assertThat(cast.viewer().get(AUDIT + "/export?event=action.content_erased&target=" + id).body()).contains("cause: request; reason: Ticket 4711");
        }

        @Test
        void sign_ins_and_failed_ones_are_on_the_log_and_what_was_typed_is_not_in_it() {
            cast.analyst().get(AUDIT + "?limit=1");
            assertThat(found("event=access.signed_in&actor=" + cast.analyst().id())).isNotEmpty();
            assertThat(cast.admin().id()).as("ada is there").isNotEmpty();
            assertThat(cast.stranger("ada@example.com", "not-the-password").get(AUDIT).status()).isEqualTo(401);
            var failed = found("event=access.sign_in_failed&target=" + cast.admin().id());
            assertThat(failed).isNotEmpty();
            assertThat(failed.getFirst().path("actor").asString()).isEqualTo("system:sign-in");
            assertThat(failed.getFirst().path("ip").asString()).isEqualTo("127.0.0.1");
            assertThat(cast.viewer().get(AUDIT + "/bundle").body()).doesNotContain("not-the-password").doesNotContain("ada@example.com");
        }

        @Test
        void a_key_in_use_is_on_the_log() {
            cast.agent().asks();
            assertThat(found("event=access.key_used&actor=" + cast.agent().id())).isNotEmpty();
        }

        @Test
        void a_change_says_what_became_what_and_never_a_secret() {
            var changed = cast.owner().call("PUT", "/api/v1/vault/secrets/AUDITED", "{\"value\":\"very-secret-value\"}".getBytes());
            assertThat(changed.status()).as("%s", changed).isIn(200, 201, 204, 404, 405);
            cast.agent().asks();
            var entries = found("event=principal&limit=200");
            assertThat(entries).isNotEmpty().anyMatch(entry -> entry.path("changes").size() > 0);
            assertThat(cast.viewer().get(AUDIT + "?limit=1000").body()).doesNotContain("very-secret-value").doesNotContain("$2a$");
        }
    }

    @Nested
    class Given_a_configuration_of_many_things {

        private Cast.Answer put(String path, String body) {
            var answer = cast.admin().call("PUT", path, body.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.status()).as("%s", answer).isBetween(200, 204);
            return answer;
        }

        private void entry(String name, String tier) {
            put("/api/v1/catalogue/" + name, "{\"action_type\":\"note:keep\",\"tier\":\"" + tier + "\",\"description\":\"It is " + name + "\"}");
        }

        private static List<String> changes(JsonNode entry) {
            return entry.path("changes").valueStream().map(change -> change.path("key").asString() + ": " + change.path("old").asString("-") + " -> "
                    + change.path("new").asString("-")).toList();
        }

        @Test
        void an_entry_is_compared_with_itself_and_found_by_its_name() {
            entry("audited_danger", "blocked");
            entry("audited_harmless", "immediate");
            entry("audited_danger", "immediate");
            var found = found("event=catalogue&target=audited_danger");
            assertThat(changes(found.getFirst())).contains("definition.tier: BLOCKED -> IMMEDIATE").noneMatch(change -> change.contains("harmless"));
            assertThat(found.getFirst().path("details").path("entry").asString()).isEqualTo("audited_danger");
            assertThat(cast.viewer().get(AUDIT + "/export?event=catalogue&target=audited_danger").body())
                    .contains("definition.tier: BLOCKED -> IMMEDIATE", "entry: audited_danger").doesNotContain("harmless");
            assertThat(found("event=catalogue&text=AUDITED_d")).hasSameSizeAs(found);
            assertThat(found("event=catalogue&text=audited_")).extracting(entry -> entry.path("details").path("entry").asString())
                    .contains("audited_danger", "audited_harmless");
            assertThat(cast.foreignAdmin().get(AUDIT + "?text=audited_danger").json().path("items")).isEmpty();

            var asked = cast.agent().post("/api/v1/actions", "{\"action\":\"audited_danger\",\"params\":{\"text\":\"hello\"}}");
            assertThat(asked.status()).as("%s", asked).isLessThan(300);
            var through = found("action=audited_danger");
            assertThat(through).isNotEmpty().allMatch(entry -> entry.path("subject").asString().equals(asked.text("id"))
                    && entry.path("action_type").asString().equals("note:keep"));
            assertThat(found("action=note:keep&target=" + asked.text("id"))).hasSameSizeAs(through);
            assertThat(found("action=audited_harmless")).isEmpty();
        }

        @Test
        void a_secret_a_policy_a_switch_and_a_budget_are_found_by_name() {
            put("/api/v1/vault/AUDITED_TOKEN", "{\"value\":\"never-to-be-seen\"}");
            assertThat(found("target=AUDITED_TOKEN").getFirst().path("details").path("secret").asString()).isEqualTo("AUDITED_TOKEN");
            assertThat(found("text=audited_tok")).isNotEmpty();
            assertThat(cast.admin().post("/api/v1/policies", "{\"name\":\"audited-policy\",\"rules\":[{\"condition\":{\"type\":\"pattern\","
                    + "\"regex\":\"audited-word\"},\"effect\":\"block\",\"reason\":\"Says {match}.\"}]}").status()).isBetween(200, 201);
            assertThat(found("target=audited-policy&event=policy.defined")).hasSize(1);
            assertThat(found("text=audited-pol")).isNotEmpty();
            assertThat(cast.owner().call("PUT", "/api/v1/switches/executor/sql", "{\"status\":\"blocked\"}".getBytes(StandardCharsets.UTF_8)).status())
                    .isBetween(200, 204);
            cast.owner().call("PUT", "/api/v1/switches/executor/sql", "{\"status\":\"allowed\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(found("target=sql&event=switch")).hasSizeGreaterThanOrEqualTo(2);
            assertThat(found("text=executor:s&event=switch.thrown").getFirst().path("details").path("switch").asString()).isEqualTo("executor:sql");
        }

        @Test
        void a_budget_says_what_became_what() {
            put("/api/v1/budgets/NOK", "{\"auto_approve_limit\":500,\"max_payment\":10000,\"per_day\":20000}");
            put("/api/v1/budgets/NOK", "{\"auto_approve_limit\":700,\"max_payment\":10000}");
            cast.admin().call("DELETE", "/api/v1/budgets/NOK", new byte[0]);
            var found = found("event=budget.set,budget.lifted&target=money/NOK/*");
            assertThat(changes(found.get(1))).containsExactly("budget.autoApproveLimit: 500 -> 700", "budget.perDay: 20000 -> -");
            assertThat(changes(found.get(0))).contains("budget.autoApproveLimit: 700 -> -");
            assertThat(found.get(1).path("details").path("budget").asString()).isEqualTo("money/NOK/*");
        }
    }

    @Nested
    class Given_a_search {

        @Test
        void every_filter_narrows_and_pages_follow_each_other() {
            var id = cast.agent().asks();
            cast.analyst().post("/api/v1/actions/" + id + "/deny", "{}");
            var all = found("target=" + id + "&event=action");
            assertThat(all).extracting(entry -> entry.path("event").asString())
                    .containsExactly("action.denied", "action.approval_required", "action.requested");
            assertThat(found("agent=" + cast.agent().id() + "&event=action.denied&target=" + id)).hasSize(1);
            assertThat(found("action=jira:create&target=" + id + "&event=action.denied,action.approved")).hasSize(1);
            assertThat(found("actor=" + cast.analyst().id() + "&target=" + id + "&event=action")).hasSize(1);
            assertThat(found("target=" + id + "&event=action&since=2100-01-01T00:00:00Z")).isEmpty();
            var first = cast.viewer().get(AUDIT + "?event=action&target=" + id + "&limit=2");
            assertThat(first.json().path("items").size()).isEqualTo(2);
            assertThat(found("event=action&target=" + id + "&limit=2&before=" + first.json().path("next_before").asLong())).hasSize(1);
        }

        @Test
        void a_text_finds_names_of_people_of_events_and_whole_ids() {
            var id = cast.agent().asks();
            assertThat(found("text=" + id)).isNotEmpty().allMatch(entry -> entry.toString().contains(id));
            assertThat(found("text=scribe&event=action.requested")).isNotEmpty()
                    .allMatch(entry -> entry.path("agent").asString().equals(cast.agent().id()));
            assertThat(found("text=approval_req")).isNotEmpty().allMatch(entry -> entry.path("event").asString().equals("action.approval_required"));
            assertThat(found("text=nothing-is-called-so")).isEmpty();
        }

        @Test
        void what_is_malformed_is_400_and_agents_and_strangers_see_nothing() {
            for (var query : List.of("limit=0", "limit=1001", "limit=x", "since=yesterday", "event=A%20B", "event=,", "event=nonsense", "event=action,action.no", "event=act", "before=-1")) {
                assertThat(cast.viewer().get(AUDIT + "?" + query).status()).as(query).isEqualTo(400);
            }
            assertThat(cast.agent().get(AUDIT).status()).isEqualTo(403);
            var id = cast.agent().asks();
            assertThat(cast.foreignAdmin().get(AUDIT + "?target=" + id).json().path("items").size()).isZero();
        }
    }

    @Nested
    class Given_an_export {

        @Test
        void it_honours_the_filter_in_both_forms_and_is_itself_on_the_log() {
            var id = cast.agent().asks();
            var csv = cast.viewer().get(AUDIT + "/export?target=" + id + "&event=action");
            assertThat(csv.header("Content-Type")).startsWith("text/csv");
            assertThat(csv.header("X-Total-Count")).isEqualTo("2");
            assertThat(csv.header("X-Truncated")).isEmpty();
            assertThat(csv.body().lines()).hasSize(3).first().asString().startsWith("index,at,event,actor,actor_name,");
            var json = cast.viewer().get(AUDIT + "/export?format=json&target=" + id + "&event=action");
            assertThat(json.json().size()).isEqualTo(2);
            assertThat(json.json().path(0).path("subject").asString()).isEqualTo(id);
            assertThat(found("event=access.log_exported&actor=" + cast.viewer().id())).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Nested
    class Given_the_older_interface {

        @Test
        void it_pages_by_offset_and_shows_the_hashes() {
            cast.agent().asks();
            var page = cast.viewer().get("/v1/audit?limit=2&event_type=action.requested,action.approval_required");
            assertThat(page.status()).as("%s", page).isEqualTo(200);
            assertThat(page.json().path("entries").size()).isEqualTo(2);
            assertThat(page.json().path("entries").path(0).path("entry_hash").asString()).matches("sha256:[0-9a-f]{64}");
            var next = cast.viewer().get("/v1/audit?limit=1&offset=1&event_type=action.requested,action.approval_required");
            assertThat(next.json().path("entries").path(0)).isEqualTo(page.json().path("entries").path(1));
            assertThat(cast.viewer().get("/v1/audit?limit=5000").status()).isEqualTo(400);
            assertThat(cast.viewer().get("/v1/audit?since=x").status()).isEqualTo(400);
            var misspelt = cast.viewer().get("/v1/audit?event_type=zzz");
            assertThat(misspelt.status()).isEqualTo(400);
            assertThat(misspelt.text("detail")).isEqualTo("event_type names no event and no family of events: zzz.");
            assertThat(cast.viewer().get("/v1/audit?event_type=compensation,action.denied").status()).isEqualTo(200);
        }
    }
}
