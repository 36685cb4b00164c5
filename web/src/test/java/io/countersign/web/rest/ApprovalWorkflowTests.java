package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class ApprovalWorkflowTests {

    private static final String BASE = "/api/v1/admin/approval";
    private static final String RULES = BASE + "/rules";

    @Autowired
    private Cast cast;

    private Cast.Answer create(String body) {
        return cast.admin().post(RULES, body);
    }

    private Cast.Answer change(String id, String body) {
        return cast.admin().call("PUT", RULES + "/" + id, body.getBytes(StandardCharsets.UTF_8));
    }

    private Cast.Answer delete(String id) {
        return cast.admin().call("DELETE", RULES + "/" + id, new byte[0]);
    }

    @Nested
    class Given_the_commands_of_the_documentation {

        @Test
        void they_run_as_printed() {
            var printed = PrintedCommands.in(Path.of("..", "docs", "compatibility.md")).stream()
                    .filter(command -> command.path().startsWith(BASE)).toList();
            assertThat(printed).extracting(PrintedCommands.Command::path).containsExactly(RULES, BASE + "/queue/{requestId}");
            var rule = printed.getFirst().by(cast.admin(), "");
            assertThat(rule.status()).as("%s", rule).isEqualTo(201);
            assertThat(rule.json().at("/rule/name").asString()).isEqualTo("Require approval for PII tables");
            var review = printed.getLast().by(cast.admin(), cast.agent().asks());
            assertThat(review.status()).as("%s", review).isEqualTo(200);
            assertThat(review.json().at("/request/status").asString()).isEqualTo("approved");
            assertThat(review.json().at("/request/reviewComment").asString()).isEqualTo("Approved for quarterly audit");
        }
    }

    @Nested
    class Given_rules {

        @Test
        void a_rule_is_created_changed_listed_and_deleted_under_its_former_names() {
            var made = create("{\"name\":\"Big reads\",\"ruleType\":\"cost\",\"threshold\":100000}");
            assertThat(made.status()).isEqualTo(201);
            var rule = made.json().path("rule");
            var id = rule.path("id").asString();
            assertThat(made.header("Location")).isEqualTo(RULES + "/" + id);
            assertThat(rule.path("pattern").asString("?")).isEmpty();
            assertThat(rule.path("threshold").asLong()).isEqualTo(100_000);
            assertThat(rule.path("enabled").asBoolean()).isTrue();
            assertThat(rule.path("origin").asString()).isEqualTo("any");
            assertThat(rule.path("orgId").asString()).isEqualTo(Cast.HERE);

            var changed = change(id, "{\"threshold\":50,\"enabled\":false,\"origin\":\"mcp\"}").json().path("rule");
            assertThat(changed.path("threshold").asLong()).isEqualTo(50);
            assertThat(changed.path("enabled").asBoolean(true)).isFalse();
            assertThat(changed.path("origin").asString()).isEqualTo("mcp");
            assertThat(changed.path("name").asString()).isEqualTo("Big reads");
            assertThat(cast.admin().get(RULES).body()).contains(id);
            assertThat(cast.foreignAdmin().get(RULES).body()).doesNotContain(id);

            assertThat(delete(id).json().path("success").asBoolean()).isTrue();
            assertThat(cast.admin().get(RULES).body()).doesNotContain(id);
            assertThat(delete(id).status()).isEqualTo(404);
            assertThat(change(id, "{\"enabled\":true}").status()).isEqualTo(404);
        }

        @Test
        void two_rules_may_have_one_name() {
            var body = "{\"name\":\"Twins\",\"ruleType\":\"table\",\"pattern\":\"users\"}";
            assertThat(create(body).status()).isEqualTo(201);
            assertThat(create(body).status()).isEqualTo(201);
        }

        @Test
        void a_rule_that_protects_nothing_is_refused_when_it_is_made_and_when_it_is_changed() {
            assertThat(create("{\"name\":\"x\",\"ruleType\":\"cost\"}").status()).isEqualTo(400);
            assertThat(create("{\"name\":\"x\",\"ruleType\":\"cost\",\"threshold\":0}").status()).isEqualTo(400);
            assertThat(create("{\"name\":\"x\",\"ruleType\":\"cost\",\"threshold\":1,\"pattern\":\"users\"}").status()).isEqualTo(400);
            assertThat(create("{\"name\":\"x\",\"ruleType\":\"table\",\"pattern\":\"  \"}").status()).isEqualTo(400);
            assertThat(create("{\"name\":\"x\",\"ruleType\":\"table\",\"pattern\":\"users\",\"threshold\":5}").status()).isEqualTo(400);
            assertThat(create("{\"name\":\"x\",\"ruleType\":\"weather\",\"pattern\":\"users\"}").status()).isEqualTo(400);
            assertThat(create("{\"name\":\"x\",\"ruleType\":\"table\",\"pattern\":\"users\",\"origin\":\"moon\"}").status()).isEqualTo(400);
            assertThat(create("{\"name\":\" \",\"ruleType\":\"table\",\"pattern\":\"users\"}").status()).isEqualTo(400);
            var id = create("{\"name\":\"x\",\"ruleType\":\"column\",\"pattern\":\"ssn\"}").json().at("/rule/id").asString();
            assertThat(change(id, "{\"threshold\":5}").status()).isEqualTo(400);
            assertThat(change(id, "{\"ruleType\":\"table\"}").status()).isEqualTo(400);
            assertThat(change(id, "{\"pattern\":\"tax_id\"}").json().at("/rule/pattern").asString()).isEqualTo("tax_id");
        }

        @Test
        void only_admins_see_and_write_them() {
            assertThat(cast.analyst().get(RULES).text("code")).isEqualTo("insufficient_role");
            assertThat(cast.agent().post(RULES, "{}").text("code")).isEqualTo("forbidden");
        }
    }

    @Nested
    class Given_requests {

        @Test
        void a_request_is_pending_until_it_is_denied_and_then_names_its_reviewer() {
            var id = cast.agent().asks();
            var pending = cast.admin().get(BASE + "/queue/" + id).json().path("request");
            assertThat(pending.path("status").asString()).isEqualTo("pending");
            assertThat(pending.path("requesterId").asString()).isEqualTo(cast.agent().id());
            assertThat(pending.path("reviewerId").isNull()).isTrue();
            assertThat(pending.path("querySql").asString()).isNotBlank();
            assertThat(pending.path("expiresAt").asString()).isNotBlank();
            assertThat(cast.admin().get(BASE + "/queue?status=pending").body()).contains(id);
            assertThat(cast.admin().get(BASE + "/pending-count").json().path("count").asLong()).isPositive();

            var denied = cast.admin().post(BASE + "/queue/" + id, "{\"action\":\"deny\",\"comment\":\"No.\"}").json().path("request");
            assertThat(denied.path("status").asString()).isEqualTo("denied");
            assertThat(denied.path("reviewerId").asString()).isEqualTo(cast.admin().id());
            assertThat(denied.path("reviewerEmail").asString()).isEqualTo("ada@example.com");
            assertThat(denied.path("reviewComment").asString()).isEqualTo("No.");
            assertThat(denied.path("reviewedAt").asString()).isNotBlank();
            assertThat(cast.admin().get(BASE + "/queue?status=pending").body()).doesNotContain(id);
            assertThat(cast.admin().get(BASE + "/queue?status=denied").body()).contains(id);
            assertThat(cast.admin().get(BASE + "/queue").body()).contains(id);
            assertThat(cast.admin().post(BASE + "/queue/" + id, "{\"action\":\"approve\"}").status()).isEqualTo(409);
        }

        @Test
        void what_no_person_had_to_decide_is_no_request() {
            var id = cast.agent().post("/api/v1/actions", "{\"action\":\"note:keep\",\"params\":{\"text\":\"x\"}}").text("id");
            assertThat(cast.admin().get(BASE + "/queue/" + id).status()).isEqualTo(404);
            assertThat(cast.admin().get(BASE + "/queue").body()).doesNotContain(id);
        }

        @Test
        void a_bad_filter_and_a_bad_review_are_400() {
            assertThat(cast.admin().get(BASE + "/queue?status=lost").text("code")).isEqualTo("validation_error");
            assertThat(cast.admin().get(BASE + "/queue?status=").status()).isEqualTo(400);
            assertThat(cast.admin().post(BASE + "/queue/" + cast.agent().asks(), "{\"action\":\"maybe\"}").status()).isEqualTo(400);
            assertThat(cast.admin().get(BASE + "/queue/nothing").status()).isEqualTo(404);
        }

        @Test
        void overdue_requests_can_be_expired_at_once() {
            assertThat(cast.admin().post(BASE + "/expire", "").json().path("expired").asInt(-1)).isNotNegative();
        }
    }
}
