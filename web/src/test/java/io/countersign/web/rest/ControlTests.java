package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RetirePolicy;
import io.countersign.command.policy.api.PolicyJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class ControlTests {

    private static final String MERGE = "{\"action\":\"github.merge_pr\",\"params\":{\"repo\":\"myorg/myrepo\",\"pr_number\":42}}";

    @Autowired
    private Cast cast;

    @Autowired
    private CommandGateway commands;

    private final String policy = UUID.randomUUID().toString();

    @BeforeEach
    void definePolicy() {
        var written = Map.<String, Object>of("name", "control-tests-" + policy.substring(0, 8), "description", "For these tests", "rules", List.of(
                Map.of("condition", Map.of("type", "action", "glob", "linear:*"), "effect", "require_approval"),
                Map.of("condition", Map.of("type", "action", "glob", "http:transfer_funds"), "effect", "block", "severity", "high",
                        "reason", "High-value financial operation"),
                Map.of("condition", Map.of("type", "action", "glob", "slack:*"), "effect", "warn", "severity", "low", "reason", "It is loud")));
        send(new DefinePolicy(policy, Cast.HERE, PolicyJson.read(written)));
    }

    @AfterEach
    void retirePolicy() {
        send(new RetirePolicy(policy, Cast.HERE, 1));
    }

    private void send(Object command) {
        commands.sendAndWait(GenericCommandMessage.asCommandMessage(command).andMetaData(Map.of("actor", cast.admin().id(), "workspace",
                Cast.HERE, "origin", "api", "request_id", "tests", "trace_id", "tests")));
    }

    private Cast.Answer submit(String body) {
        return cast.agent().post("/v1/actions", body);
    }

    private String waits() {
        return submit("{\"action\":\"linear.close_issue\"}").text("action_id");
    }

    @Nested
    class Given_an_action_that_the_catalogue_does_not_know {

        @Test
        void what_nothing_objects_to_is_allowed_and_the_caller_acts() {
            var answer = submit(MERGE);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text("status")).as("%s", answer).isEqualTo("allowed");
            assertThat(answer.text("action")).isEqualTo("github.merge_pr");
            assertThat(answer.text("execution")).isEqualTo("caller");
            assertThat(answer.json().at("/policy_result/action_id").asString()).isEqualTo(answer.text("action_id"));
            assertThat(answer.json().at("/policy_result/risk_score").isNumber()).isTrue();
            assertThat(answer.json().at("/policy_result/violations").isNull()).isTrue();
            assertThat(cast.agent().get("/v1/actions/" + answer.text("action_id")).text("status")).isEqualTo("allowed");
            assertThat(cast.agent().get("/api/v1/actions/" + answer.text("action_id")).text("status")).isEqualTo("granted");
        }

        @Test
        void a_warning_is_allowed_and_named() {
            var answer = submit("{\"action\":\"slack.post_message\",\"params\":{\"text\":\"hi\"}}");
            assertThat(answer.text("status")).isEqualTo("allowed");
            assertThat(answer.json().at("/policy_result/warnings/0").asString()).contains("It is loud");
        }

        @Test
        void what_a_rule_blocks_is_on_record_and_an_error_only_for_the_strict() {
            var answer = submit("{\"action\":\"http.transfer_funds\",\"params\":{}}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text("status")).isEqualTo("blocked");
            assertThat(answer.text("message")).contains("High-value financial operation");
            assertThat(answer.json().at("/policy_result/severity").asString()).isEqualTo("high");
            assertThat(cast.agent().get("/v1/actions/" + answer.text("action_id")).text("status")).isEqualTo("blocked");
            var strict = cast.agent().post("/v1/actions?strict=true", "{\"action\":\"http.transfer_funds\"}");
            assertThat(strict.status()).isEqualTo(403);
            assertThat(strict.text("code")).isEqualTo("blocked");
            assertThat(strict.json().path("policy_result").path("triggered_policy").asString()).startsWith("control-tests-");
            assertThat(cast.agent().get("/v1/actions/" + strict.text("action_id")).status()).isEqualTo(200);
        }

        @Test
        void what_waits_is_pending_until_a_person_approves_and_then_the_caller_may_act() {
            var id = waits();
            assertThat(cast.agent().get("/v1/actions/" + id).text("status")).isEqualTo("pending_review");
            assertThat(cast.agent().get("/v1/approvals").body()).contains(id);
            assertThat(cast.otherAgent().get("/v1/approvals").body()).doesNotContain(id);
            var decided = cast.analyst().post("/v1/approvals/" + id + "/decision", "{\"decision\":\"approved\",\"reason\":\"fine\"}");
            assertThat(decided.status()).as("%s", decided).isEqualTo(200);
            assertThat(decided.text("decision")).isEqualTo("approve");
            assertThat(decided.text("status")).isEqualTo("approved");
            assertThat(decided.text("reason")).isEqualTo("fine");
            await().untilAsserted(() -> assertThat(cast.agent().get("/v1/actions/" + id).text("status"))
                    .isEqualTo("approved"));
            assertThat(cast.agent().get("/v1/approvals?status=approved").body()).contains(id);
            assertThat(cast.analyst().post("/v1/approvals/" + id + "/decision", "{\"decision\":\"deny\"}").status()).isEqualTo(409);
        }

        @Test
        void a_name_without_connector_or_with_a_foreign_agent_is_refused() {
            assertThat(submit("{\"action\":\"merge\"}").text("code")).isEqualTo("validation_error");
            assertThat(submit("{\"action\":\"github.\"}").status()).isEqualTo(400);
            assertThat(submit("{\"action\":\"github.merge_pr\",\"agent_id\":\"somebody-else\"}").text("code")).isEqualTo("forbidden");
            assertThat(submit("{\"action\":\"github.merge_pr\",\"agent_id\":\"scribe\"}").text("status")).isEqualTo("allowed");
            assertThat(cast.agent().post("/v1/actions?strict=perhaps", MERGE).status()).isEqualTo(400);
        }
    }

    @Nested
    class Given_an_action_of_the_catalogue {

        @Test
        void it_is_carried_out_here() {
            var answer = submit(Cast.JIRA.replace("jira:create", "jira.create"));
            assertThat(answer.text("status")).isEqualTo("pending_review");
            assertThat(answer.text("execution")).isEqualTo("gateway");
            var id = answer.text("action_id");
            assertThat(cast.analyst().post("/v1/approvals/" + id + "/decision", "{\"decision\":\"approve\"}").text("status")).isEqualTo("approved");
            await().untilAsserted(() -> assertThat(cast.agent().get("/v1/actions/" + id).text("status")).isEqualTo("executed"));
        }
    }

    @Nested
    class Given_a_decision {

        private Cast.Answer decide(String id, String query, String body) {
            return cast.analyst().post("/v1/approvals/" + id + "/decision" + query, body);
        }

        @Test
        void it_must_be_said() {
            var id = waits();
            assertThat(decide(id, "", "{}").text("code")).isEqualTo("invalid_decision");
            assertThat(decide(id, "?reason=x", "").text("code")).isEqualTo("invalid_decision");
            assertThat(decide(id, "?decision=perhaps", "").text("code")).isEqualTo("invalid_decision");
            assertThat(decide(id, "?decision=deny", "{\"decision\":\"approve\"}").status()).isEqualTo(400);
            assertThat(cast.agent().get("/v1/actions/" + id).text("status")).isEqualTo("pending_review");
        }

        @Test
        void it_may_stand_in_the_query_and_only_credentials_say_whose_it_is() {
            var id = waits();
            assertThat(decide(id, "?decision=approve&approver_id=the-boss", "").text("code")).isEqualTo("forbidden");
            var denied = decide(id, "?decision=reject&reason=no&approver_id=ann@example.com", "");
            assertThat(denied.text("status")).as("%s", denied).isEqualTo("denied");
            assertThat(denied.text("decision")).isEqualTo("deny");
            assertThat(cast.agent().get("/v1/actions/" + id).text("reason")).isEqualTo("no");
            assertThat(cast.agent().get("/v1/actions/" + id).text("decided_by")).isEqualTo(cast.analyst().id());
        }

        @Test
        void it_is_for_people_about_what_was_in_review() {
            assertThat(cast.agent().post("/v1/approvals/" + waits() + "/decision", "{\"decision\":\"approve\"}").text("code")).isEqualTo("forbidden");
            assertThat(decide(submit(MERGE).text("action_id"), "", "{\"decision\":\"approve\"}").status()).isEqualTo(404);
            assertThat(cast.analyst().get("/v1/approvals?status=lost").text("code")).isEqualTo("validation_error");
            assertThat(cast.analyst().get("/v1/approvals?status_filter=pending_review&limit=1").json().path("approvals").size()).isLessThanOrEqualTo(1);
        }

        @Test
        void they_come_in_pages() {
            var one = waits();
            var other = waits();
            var first = cast.analyst().get("/v1/approvals?limit=1").json();
            assertThat(first.at("/approvals/0/approval_id").asString()).isEqualTo(other);
            var second = cast.analyst().get("/v1/approvals?limit=1&cursor=" + first.path("next_cursor").asString()).json();
            assertThat(second.at("/approvals/0/approval_id").asString()).isEqualTo(one);
            assertThat(cast.analyst().get("/v1/approvals?limit=1&cursor=%20").text("code")).isEqualTo("validation_error");
            var older = cast.admin().get("/api/v1/admin/approval/queue?status=pending&limit=1").json();
            assertThat(older.at("/requests/0/id").asString()).isEqualTo(other);
            var next = cast.admin().get("/api/v1/admin/approval/queue?status=pending&limit=1&cursor=" + older.path("next_cursor").asString()).json();
            assertThat(next.at("/requests/0/id").asString()).isEqualTo(one);
        }
    }

    @Nested
    class Given_policies {

        @Test
        void they_are_listed_with_mode_connectors_and_approval_modes() {
            var list = cast.agent().get("/v1/control/policies").json();
            assertThat(list.path("mode").asString()).isEqualTo("enforcement");
            assertThat(list.path("connectors").toString()).contains("github", "email", "http");
            assertThat(list.path("approval_modes").toString()).isEqualTo("[\"solo\",\"team\",\"enterprise\"]");
            assertThat(list.path("policies")).anyMatch(it -> it.path("description").asString("").equals("For these tests")
                    && it.path("enabled").asBoolean() && it.path("source").asString().equals("custom"));
            assertThat(cast.foreignAgent().get("/v1/control/policies").body()).doesNotContain("control-tests-");
        }
    }

    @Nested
    class Given_a_grant {

        @Test
        void the_caller_uses_it_once_and_a_person_takes_another_one_back() {
            var used = "/api/v1/actions/" + granted();
            assertThat(cast.otherAgent().post(used + "/consume", "{}").status()).isEqualTo(404);
            assertThat(cast.agent().post(used + "/consume", "{}").text("status")).isEqualTo("consumed");
            assertThat(cast.agent().post(used + "/consume", "{}").text("code")).isEqualTo("already_resolved");
            var revoked = "/api/v1/actions/" + granted();
            assertThat(cast.analyst().post(revoked + "/revoke", "{}").text("status")).isEqualTo("revoked");
            assertThat(cast.agent().post(revoked + "/consume", "{}").status()).isEqualTo(409);
        }

        private String granted() {
            var id = submit(MERGE).text("action_id");
            await().untilAsserted(() -> assertThat(cast.agent().get("/api/v1/actions/" + id).text("status")).isEqualTo("granted"));
            return id;
        }
    }

    @Nested
    class Given_somebody_who_writes_policies_as_before {

        private static final String PATH = "/v1/control/policies";
        private static final String GUARD = "{\"name\":\"osprey\",\"description\":\"Keeps nests\",\"step_types\":[\"ACTION\"],\"rules\":[{\"match\":\"osprey nest\","
                + "\"severity\":\"critical\",\"reason\":\"Says {match}.\"}]}";

        private Cast.Answer put(String address, String body) {
            return cast.admin().call("PUT", PATH + address, body.getBytes(StandardCharsets.UTF_8));
        }

        @Test
        void the_life_of_a_policy() {
            var created = cast.admin().post(PATH, GUARD);
            assertThat(created.status()).as("%s", created).isEqualTo(201);
            assertThat(created.text("action")).isEqualTo("created");
            assertThat(submit("{\"action\":\"linear.create\",\"params\":{\"title\":\"An Osprey nest\"}}").text("status")).isEqualTo("blocked");

            var updated = cast.admin().post(PATH, GUARD.replace("critical", "high"));
            assertThat(updated.status()).isEqualTo(200);
            assertThat(updated.text("action")).isEqualTo("updated");
            assertThat(updated.json().path("version").asInt()).isEqualTo(2);
            assertThat(put("/osprey", GUARD.replace("\"name\":\"osprey\",", "").replace("\"reason\"", "\"on_violation\":\"warn\",\"reason\"")).status())
                    .isEqualTo(200);
            var read = cast.analyst().get(PATH + "/osprey").json();
            assertThat(read.path("version").asInt()).as("%s", read).isEqualTo(3);
            assertThat(read.at("/rules/0/match").asString()).isEqualTo("osprey nest");
            assertThat(read.at("/rules/0/on_violation").asString()).isEqualTo("warn");

            assertThat(cast.admin().call("DELETE", PATH + "/osprey", new byte[0]).text("action")).isEqualTo("disabled");
            assertThat(cast.analyst().get(PATH + "/osprey").json().path("enabled").booleanValue(true)).isFalse();
            assertThat(put("/osprey", GUARD).status()).isEqualTo(200);
            assertThat(cast.admin().post(PATH, GUARD).status()).isEqualTo(200);
            assertThat(cast.analyst().get(PATH + "/osprey").json().path("enabled").booleanValue(true)).as("disabled until somebody says otherwise")
                    .isFalse();
            cast.admin().post(PATH, GUARD.replace("\"rules\"", "\"enabled\":true,\"rules\""));
            assertThat(cast.analyst().get(PATH + "/osprey").json().path("enabled").booleanValue(false)).isTrue();
            assertThat(cast.admin().call("DELETE", PATH + "/osprey", new byte[0]).status()).isEqualTo(200);
            assertThat(cast.foreignAdmin().get(PATH + "/osprey").status()).isEqualTo(404);
        }

        @Test
        void each_fault_is_named_in_the_words_that_were_written() {
            assertThat(fault(GUARD.replace("osprey nest", "("))).isEqualTo("rules[0].match");
            assertThat(fault(GUARD.replace("\"severity\":\"critical\",", ""))).isEqualTo("rules[0].severity");
            assertThat(fault(GUARD.replace("\"reason\"", "\"on_violation\":\"approve\",\"reason\""))).isEqualTo("rules[0].on_violation");
            assertThat(fault(GUARD.replace("[\"ACTION\"]", "[\"THOUGHT\"]"))).isEqualTo("step_types");
            assertThat(fault(GUARD.replace("\"rules\"", "\"agent_id\":\"nobody\",\"rules\""))).isEqualTo("agent_id");
        }

        private String fault(String body) {
            var answer = cast.admin().post(PATH, body);
            assertThat(answer.text("code")).as("%s", answer).isEqualTo("validation_error");
            return answer.json().at("/details/0/field").asString();
        }

        @Test
        void built_in_ones_stay_and_only_admins_write() {
            assertThat(cast.admin().post(PATH, GUARD.replace("osprey\"", "FinancialSafetyPolicy\"")).text("code")).isEqualTo("built_in");
            assertThat(cast.admin().call("DELETE", PATH + "/DataExfiltrationPolicy", new byte[0]).status()).isEqualTo(403);
            assertThat(cast.analyst().get(PATH + "/DataExfiltrationPolicy").json().path("source").asString()).isEqualTo("builtin");
            assertThat(cast.analyst().post(PATH, GUARD).text("code")).isEqualTo("insufficient_role");
            assertThat(cast.agent().post(PATH, GUARD).text("code")).isEqualTo("forbidden");
            assertThat(put("/nowhere", GUARD).status()).isEqualTo(404);
        }
    }

    @Nested
    class Given_the_commands_of_the_documentation {

        @Test
        void they_run_as_printed() {
            var printed = PrintedCommands.in(Path.of("..", "docs", "compatibility.md")).stream()
                    .filter(command -> command.path().startsWith("/v1/")).toList();
            assertThat(printed).isNotEmpty();
            for (var command : printed) {
                var voice = command.path().contains("decision") ? cast.analyst() : cast.agent();
                var answer = command.by(voice, waits());
                assertThat(answer.status()).as("%s %s: %s", command.method(), command.path(), answer).isEqualTo(200);
            }
        }
    }
}
