package io.countersign.command.evaluation;

import static io.countersign.command.testing.PolicyText.standing;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.evaluation.api.RateKeeper.Answer;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class RulebookTests {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z"); // a Monday
    private static final String ALWAYS = "'condition': {'type': 'action', 'glob': '*'}";

    static Facts mail(String params) {
        return request("email:send", params);
    }

    static Facts request(String action, String params) {
        String[] name = action.split(":");
        return Facts.request(action, name[0], name[1], "external", false, "mcp", "somebody", false,
                JSON.readTree(params.replace('\'', '"')), NOON).with("agent", Map.of("id", "scout", "kind", "agent"));
    }

    static Facts sql(String facts) {
        return request("sql:query", "{'sql': 'select 1', 'datasource': 'main'}")
                .with("sql", (Map<?, ?>) Facts.of(JSON.readTree(facts.replace('\'', '"'))));
    }

    static Findings judge(Facts facts, Policy... policies) {
        return judge(facts, Rulebook.Rates.NONE, policies);
    }

    private static Findings judge(Facts facts, Rulebook.Rates rates, Policy... policies) {
        return new CachingCompiler().compile(List.of(policies)).judge(facts, NOON, rates, Set.of());
    }

    /** What one condition says: no, the effect, or doubt. */
    private static String says(String condition, Facts facts) {
        Findings findings = judge(facts, standing("p", "{'condition': " + condition + ", 'effect': 'block'}"));
        return findings.hits().isEmpty() ? "no" : findings.hits().getFirst().undecided() ? "doubt" : "yes";
    }

    @Nested
    class Given_a_rule_that_approves {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
                "{'type':'table','name':'orders'} | {'tables': ['public.orders']} | yes",
                "{'type':'table','name':'orders'} | {'tables': ['public.orders', 'public.users']} | no",
                "{'type':'table','name':'orders'} | {'tables': []} | no", "{'type':'table','name':'orders'} | {} | no",
                "{'type':'table','name':'*'} | {'tables': ['a.b'], 'uninspectable': 'two statements'} | no",
                "{'type':'column','name':'orders.*'} | {'columns': ['public.orders.id', 'public.orders.*']} | yes",
                "{'type':'column','name':'orders.id'} | {'columns': ['public.orders.id', 'public.orders.*']} | no",
                "{'type':'datasource','name':'main'} | {'datasource': 'main'} | yes",
                "{'type':'datasource','name':'main'} | {'datasource': 'other'} | no",
                "{'type':'expression','cel':'sql.estimated_rows < 10'} | {'estimated_rows': 3} | yes",
                "{'type':'expression','cel':'sql.estimated_rows < 10'} | {} | no"})
        void all_it_speaks_of_must_match_and_doubt_is_a_no(String condition, String sql, String holds) {
            Findings findings = judge(sql(sql), approving(condition));
            assertThat(findings.approvals()).hasSize(holds.equals("yes") ? 1 : 0);
            assertThat(findings.hits()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{'argv': ['git', 'status']} | yes", "{'argv': ['/opt/git', 'status']} | no",
                "{'argv': ['git', 'push']} | no", "{'command': 'git status'} | no"})
        void a_command_line_matches_from_end_to_end(String params, String holds) {
            assertThat(judge(request("exec:run", params), approving("{'type':'command','glob':'git status*'}")).approvals())
                    .hasSize(holds.equals("yes") ? 1 : 0);
        }

        @Test
        void what_it_may_answer_counts_as_a_warning_and_what_it_may_not_stands() {
            Policy approves = approving("{'type':'action','glob':'*'}");
            assertThat(judge(mail("{}"), approves, standing("q", "{" + ALWAYS + ", 'effect': 'require_approval'}")).effect()).hasValue(Effect.WARN);
            assertThat(judge(mail("{}"), approves, standing("q", "'locked': true,", "{" + ALWAYS + ", 'effect': 'require_approval'}")).effect())
                    .hasValue(Effect.REQUIRE_APPROVAL);
            assertThat(judge(mail("{}"), approves, standing("q", "{" + ALWAYS + ", 'effect': 'block'}")).effect()).hasValue(Effect.BLOCK);
            assertThat(judge(mail("{}"), approves).effect()).isEmpty();
        }

        private static Policy approving(String condition) {
            return standing("p", "{'condition': " + condition + ", 'effect': 'approve', 'expires_at': '2027-01-01T00:00:00Z'}");
        }
    }

    @Nested
    class Given_a_condition {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
                // action
                "{'type':'action','glob':'email:*'} | email:send | {} | yes", "{'type':'action','glob':'EMAIL:SEND'} | email:send | {} | yes",
                "{'type':'action','glob':'jira:*'} | email:send | {} | no", "{'type':'action','glob':'*:s?nd'} | email:send | {} | yes",
                "{'type':'action','glob':'email'} | email:send | {} | no",
                // amount
                "{'type':'amount','above':5000} | payment:transfer | {'amount': 5000} | no",
                "{'type':'amount','above':5000} | payment:transfer | {'amount': 5001} | yes",
                "{'type':'amount','above':5000} | payment:transfer | {'amount': '9999'} | doubt",
                "{'type':'amount','above':5000} | payment:transfer | {'amount': 9999.5} | doubt",
                "{'type':'amount','above':5000} | payment:transfer | {'amount': 99999999999999999999} | doubt",
                "{'type':'amount','above':5000,'currency':'EUR'} | payment:transfer | {'amount': 9999, 'currency': 'eur'} | yes",
                "{'type':'amount','above':5000,'currency':'EUR'} | payment:transfer | {'amount': 9999, 'currency': 'USD'} | no",
                "{'type':'amount','above':5000,'currency':'EUR'} | payment:transfer | {'amount': 9999} | doubt",
                "{'type':'amount','above':5000} | email:send | {'to': 'a@example.com'} | no",
                // hosts
                "{'type':'host','hosts':['evil.example']} | email:send | {'to': 'x@evil.example'} | yes",
                "{'type':'host','hosts':['evil.example']} | email:send | {'to': 'x@notevil.example'} | no",
                "{'type':'host','hosts':['evil.example']} | email:send | {'to': 'x@sub.evil.example'} | no",
                "{'type':'host','hosts':['*.evil.example']} | email:send | {'to': 'X <x@SUB.Evil.Example>'} | yes",
                "{'type':'host','hosts':['*.evil.example']} | http:get | {'url': 'https://evil.example:8443/x'} | yes",
                "{'type':'host','hosts':['good.example'],'unlisted':true} | http:get | {'url': 'https://good.example/'} | no",
                "{'type':'host','hosts':['good.example'],'unlisted':true} | http:get | {'url': 'https://good.example@evil.example/'} | yes",
                "{'type':'host','hosts':['good.example'],'unlisted':true} | http:get | {'url': 'https://evil.example\\\\@good.example/'} | yes",
                "{'type':'host','hosts':['good.example'],'unlisted':true} | http:get | {'url': 'https://good.example.'} | no",
                "{'type':'host','hosts':['good.example'],'unlisted':true} | http:get | {'url': 'https://goo\u0501.example'} | yes",
                "{'type':'host','hosts':['bücher.example']} | http:get | {'url': 'https://xn--bcher-kva.example/'} | yes",
                "{'type':'host','hosts':['xn--bcher-kva.example']} | http:get | {'url': 'https://bücher.example/'} | yes",
                "{'type':'host','hosts':['10.0.0.1']} | http:get | {'host': '10.0.0.1'} | yes",
                "{'type':'host','hosts':['[::1]']} | http:get | {'url': 'http://[::1]:80/'} | yes",
                "{'type':'host','hosts':['good.example'],'unlisted':true} | jira:create | {'summary': 'no host here'} | no",
                "{'type':'host','hosts':['evil.example']} | email:send | {'to': 'x_1.y-z@Evil.Example'} | yes",
                "{'type':'host','hosts':['evil.example']} | email:send | {'to': 'a@b@evil.example'} | yes",
                "{'type':'host','hosts':['evil.example']} | email:send | {'to': '\\\"a@good.example\\\"@evil.example'} | yes",
                "{'type':'host','hosts':['good.example'],'unlisted':true} | email:send | {'to': '\\\"x y\\\"@evil.example'} | yes",
                "{'type':'host','hosts':['evil.example']} | email:send | {'to': 'x(aside)@evil.example'} | yes",
                "{'type':'host','hosts':['evil.example']} | email:send | {'to': 'x@evil.example.'} | yes",
                "{'type':'host','hosts':['evil.example']} | email:send | {'to': '@evil.example'} | no",
                "{'type':'host','hosts':['bücher.example']} | email:send | {'to': 'x@xn--bcher-kva.example'} | yes",
                // patterns
                "{'type':'pattern','regex':'secret'} | email:send | {'text': 'the SECRET plan'} | yes",
                "{'type':'pattern','regex':'secret'} | email:send | {'text': 'the s\\u0065cret plan'} | yes",
                "{'type':'pattern','regex':'secret'} | email:send | {'text': 's\u200becret'} | yes",
                "{'type':'pattern','regex':'secret'} | email:send | {'text': 's\u0435\u0441ret'} | yes",
                "{'type':'pattern','regex':'secret'} | email:send | {'text': '\uff53ecret'} | yes",
                "{'type':'pattern','regex':'secret'} | email:send | {'a': {'b': ['x', {'c': 'secret'}]}} | yes",
                "{'type':'pattern','regex':'params\\\\.bcc'} | email:send | {'bcc': 'x'} | yes",
                "{'type':'pattern','regex':'^yes$'} | email:send | {'a': 'no', 'b': 'yes'} | yes",
                "{'type':'pattern','regex':'^yes$'} | email:send | {'a': 'yes please'} | no",
                "{'type':'pattern','regex':'^[^n]es$'} | email:send | {'a': 'no', 'b': 'yes'} | yes",
                "{'type':'pattern','regex':'[^n]es'} | email:send | {'a': 'no', 'b': 'yes'} | yes",
                "{'type':'pattern','regex':'\\\\[^a'} | email:send | {'a': '[a'} | no",
                "{'type':'pattern','regex':'send','context_requires':'ssn'} | email:send | {'text': 'the SSN list'} | yes",
                "{'type':'pattern','regex':'send','context_requires':'ssn'} | email:send | {'text': 'nothing'} | no",
                "{'type':'pattern','regex':'12345'} | email:send | {'n': 12345} | yes",
                // commands
                "{'type':'command','glob':'rm *'} | exec:run | {'argv': ['rm', '-rf', '/']} | yes",
                "{'type':'command','glob':'rm'} | exec:run | {'argv': ['/bin/rm', 'x']} | yes",
                "{'type':'command','glob':'rm *'} | exec:run | {'argv': ['ls']} | no",
                "{'type':'command','glob':'rm *'} | exec:run | {'command': ' rm   -rf  /'} | yes",
                "{'type':'command','glob':'*'} | email:send | {} | no",
                // expressions
                "{'type':'expression','cel':'action.origin == \\'mcp\\''} | email:send | {} | yes",
                "{'type':'expression','cel':'size(params.to) > 2'} | email:send | {'to': ['a', 'b']} | no",
                "{'type':'expression','cel':'params.to.exists(t, t.endsWith(\\'@evil.example\\'))'} | email:send | {'to': ['a@evil.example']} | yes",
                "{'type':'expression','cel':'params.missing > 1'} | email:send | {} | doubt",
                "{'type':'expression','cel':'has(params.missing) && params.missing > 1'} | email:send | {} | no",
                "{'type':'expression','cel':'action.name == \\'sql:query\\' && sql.estimated_rows > 5'} | email:send | {} | no",
                "{'type':'expression','cel':'params.missing > 1 && action.name == \\'sql:query\\''} | email:send | {} | no",
                "{'type':'expression','cel':'action.name == \\'email:send\\' && params.missing > 1'} | email:send | {} | doubt",
                "{'type':'expression','cel':'params.x == \\'a\\' && params.missing > 1'} | email:send | {'x': 1} | no",
                "{'type':'expression','cel':'params.x == \\'a\\' && params.missing > 1'} | email:send | {} | doubt",
                "{'type':'expression','cel':'!(params.x == \\'a\\')'} | email:send | {'x': 'b'} | yes",
                "{'type':'expression','cel':'params.x'} | email:send | {'x': 'yes'} | doubt",
                "{'type':'expression','cel':'params.x == null'} | email:send | {'x': null} | yes",
                "{'type':'expression','cel':'params.x > 1.5'} | email:send | {'x': 2} | yes",
                "{'type':'expression','cel':'params.text.matches(\\'s.cret\\')'} | email:send | {'text': 'a SECRET'} | yes",
                "{'type':'expression','cel':'time.weekday == \\'monday\\' && time.hour >= 12'} | email:send | {} | yes",
                "{'type':'expression','cel':'agent.id == \\'scout\\''} | email:send | {} | yes",
                // SQL, where there is none
                "{'type':'table','name':'users'} | email:send | {'table': 'users'} | no", "{'type':'cost','threshold':1} | email:send | {} | no"})
        void it_holds_or_not(String condition, String action, String params, String expected) {
            assertThat(says(condition, request(action, params))).isEqualTo(expected);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
                "{'type':'table','name':'users'} | {'tables': ['public.users']} | yes",
                "{'type':'table','name':'Public.Users'} | {'tables': ['public.users']} | yes",
                "{'type':'table','name':'other.users'} | {'tables': ['public.users']} | no",
                "{'type':'table','name':'users'} | {'tables': ['public.endusers']} | no",
                "{'type':'table','name':'pay*'} | {'tables': ['hr.payroll']} | yes",
                "{'type':'table','name':'hr.payroll'} | {'tables': ['main.hr.payroll', 'x']} | yes",
                "{'type':'table','name':'roll'} | {'tables': ['hr.payroll']} | no",
                "{'type':'table','name':'users'} | {'tables': []} | no", "{'type':'table','name':'users'} | {} | doubt",
                "{'type':'table','name':'users'} | {'tables': [], 'uninspectable': 'two statements'} | doubt",
                "{'type':'column','name':'ssn'} | {'columns': ['public.users.ssn']} | yes",
                "{'type':'column','name':'users.ssn'} | {'columns': ['public.users.ssn']} | yes",
                "{'type':'column','name':'users.ssn'} | {'columns': ['public.staff.ssn']} | no",
                "{'type':'column','name':'users.ssn'} | {'columns': ['public.users.*']} | yes",
                "{'type':'column','name':'ssn'} | {'columns': ['public.users.*']} | yes",
                "{'type':'column','name':'users.ssn'} | {'columns': ['public.orders.*']} | no",
                "{'type':'cost','threshold':100} | {'estimated_rows': 100} | no", "{'type':'cost','threshold':100} | {'estimated_rows': 101} | yes",
                "{'type':'cost','threshold':100} | {'estimated_rows': null} | doubt", "{'type':'cost','threshold':100} | {} | doubt",
                "{'type':'datasource','name':'*'} | {'datasource': 'main'} | yes",
                "{'type':'datasource','name':'datasource:*'} | {'datasource': 'main'} | yes",
                "{'type':'datasource','name':'datasource:MAIN'} | {'datasource': 'main'} | yes",
                "{'type':'datasource','name':'other'} | {'datasource': 'main'} | no"})
        void it_knows_statements(String condition, String facts, String expected) {
            assertThat(says(condition, sql(facts))).isEqualTo(expected);
        }
    }

    @Nested
    class Given_several_policies {

        @Test
        void all_rules_are_asked_and_the_strictest_comes_first() {
            Findings findings = judge(mail("{'to': 'a@example.com'}"),
                    standing("a", "{'id': 'w', %s, 'effect': 'warn', 'severity': 'critical'}, {'id': 'd', %s, 'effect': 'delay', 'delay_seconds': 5}"
                            .formatted(ALWAYS, ALWAYS)),
                    standing("b", "{'id': 'low', %s, 'effect': 'block', 'severity': 'low'}, {'id': 'high', %s, 'effect': 'block', 'severity': 'high'}"
                            .formatted(ALWAYS, ALWAYS)),
                    standing("c", "{'id': 'r', %s, 'effect': 'require_approval'}".formatted(ALWAYS)));
            assertThat(findings.hits()).extracting(Hit::ruleId).containsExactly("high", "low", "r", "d", "w");
            assertThat(findings.effect()).hasValue(Effect.BLOCK);
            assertThat(findings.policies()).extracting(Findings.Asked::name).containsExactly("a", "b", "c");
        }

        @Test
        void those_that_only_watch_are_told_apart() {
            Findings findings = judge(mail("{}"), standing("watch", "'mode': 'shadow',", "{" + ALWAYS + ", 'effect': 'block'}"),
                    standing("warns", "{" + ALWAYS + ", 'effect': 'warn'}"));
            assertThat(findings.effect()).hasValue(Effect.WARN);
            assertThat(findings.shadow()).extracting(Hit::policy).containsExactly("watch");
            assertThat(findings.risk()).isEqualTo(Findings.risk(findings.hits()));
        }

        @Test
        void a_policy_for_other_origins_is_not_asked() {
            Policy chat = standing("chat", "'origins': ['chat'],", "{" + ALWAYS + ", 'effect': 'block'}");
            Policy mcp = standing("mcp", "'origins': ['chat', 'mcp'],", "{" + ALWAYS + ", 'effect': 'warn'}");
            assertThat(judge(mail("{}"), chat, mcp).policies()).extracting(Findings.Asked::name).containsExactly("mcp");
        }

        @Test
        void a_whitelist_passes_over_its_own_policy_when_every_host_is_on_it() {
            Policy own = standing("own", "'whitelisted_domains': ['example.com'],", "{" + ALWAYS + ", 'effect': 'block'}");
            Policy other = standing("other", "{" + ALWAYS + ", 'effect': 'warn'}");
            assertThat(judge(mail("{'to': 'a@example.com', 'cc': 'b@mail.example.com'}"), own, other).effect()).hasValue(Effect.WARN);
            assertThat(judge(mail("{'to': 'a@example.com', 'cc': 'b@badexample.com'}"), own, other).effect()).hasValue(Effect.BLOCK);
            assertThat(judge(mail("{'text': 'no hosts'}"), own, other).effect()).hasValue(Effect.BLOCK);
        }
    }

    @Nested
    class Given_a_rule {

        @Test
        void what_it_cannot_decide_goes_to_a_person_and_a_block_stays_a_block() {
            String undecidable = "'condition': {'type': 'expression', 'cel': 'params.missing > 1'}, 'name': 'big ones'";
            Hit warn = judge(mail("{}"), standing("p", "{" + undecidable + ", 'effect': 'warn'}")).hits().getFirst();
            assertThat(warn.effect()).isEqualTo(Effect.REQUIRE_APPROVAL);
            assertThat(warn.message()).contains("big ones", "missing");
            assertThat(judge(mail("{}"), standing("p", "{" + undecidable + ", 'effect': 'block'}")).effect()).hasValue(Effect.BLOCK);
        }

        @Test
        void it_ends_when_its_time_is_over() {
            assertThat(judge(mail("{}"), standing("p", "{" + ALWAYS + ", 'effect': 'block', 'expires_at': '2026-11-23T12:00:00Z'}")).hits())
                    .isEmpty();
            assertThat(judge(mail("{}"), standing("p", "{" + ALWAYS + ", 'effect': 'block', 'expires_at': '2026-11-23T12:00:01Z'}")).hits())
                    .hasSize(1);
        }

        @Test
        void an_exemption_covers_its_case_until_it_ends_and_doubt_covers_nothing() {
            String rule = "{" + ALWAYS + ", 'effect': 'block', 'exemptions': [{'condition': {'type': 'expression', 'cel': '%s'}%s}]}";
            Facts facts = mail("{'to': 'a@example.com'}");
            assertThat(judge(facts, standing("p", rule.formatted("params.to == \\'a@example.com\\'".replace("\\'", "\\\""), ""))).hits()).isEmpty();
            assertThat(judge(facts, standing("p", rule.formatted("params.missing == 1", ""))).hits()).hasSize(1);
            assertThat(judge(facts, standing("p", rule.formatted("true", ", 'expires_at': '2026-11-23T11:00:00Z'"))).hits()).hasSize(1);
        }

        @Test
        void its_reason_tells_what_matched_shortened_and_masked_but_not_in_clear() {
            Hit hit = judge(mail("{'text': 'key csk_4f9a8b7c6d5e4f3a2b1c0d9e'}"), standing("p",
                    "{'condition': {'type': 'pattern', 'regex': 'csk_[0-9a-f]+'}, 'effect': 'block', 'reason': 'Holds {match}.'}")).hits().getFirst();
            assertThat(hit.message()).isEqualTo("Holds csk_….");
            assertThat(hit.quiet()).isEqualTo("Holds ….");
            assertThat(hit.nearest()).contains("csk_[0-9a-f]+");
        }

        @Test
        void a_host_in_another_alphabet_is_shown_as_it_goes_over_the_wire_too() {
            Hit hit = judge(mail("{'to': 'x@ex\u0430mple.com'}"), standing("p",
                    "{'condition': {'type': 'host', 'hosts': ['example.com'], 'unlisted': true}, 'effect': 'block'}")).hits().getFirst();
            assertThat(hit.matched()).isEqualTo("ex\u0430mple.com (xn--exmple-4nf.com)");
        }

        @Test
        void it_names_the_nearest_change_that_would_have_passed() {
            Hit hit = judge(request("payment:transfer", "{'amount': 9000, 'currency': 'EUR'}"), standing("p",
                    "{'condition': {'type': 'amount', 'above': 5000}, 'effect': 'block'}")).hits().getFirst();
            assertThat(hit.nearest()).isEqualTo("an amount of at most 50.00 EUR");
            assertThat(hit.matched()).isEqualTo("90.00 EUR");
        }
    }

    @Nested
    class Given_a_rule_about_a_rate {

        private static final String RATE = "{'id': 'r', 'condition': {'type': 'rate', 'glob': 'email:*', 'per': 'agent', 'limit': 3, "
                + "'window_seconds': 60}, 'effect': '%s'}";

        @Test
        void it_holds_when_the_window_is_full_and_counts_only_its_actions() {
            Policy policy = standing("p", RATE.formatted("block"));
            assertThat(judge(mail("{}"), (p, r, rate, take) -> Answer.WITHIN, policy).hits()).isEmpty();
            assertThat(judge(mail("{}"), (p, r, rate, take) -> Answer.EXCEEDED, policy).effect()).hasValue(Effect.BLOCK);
            assertThat(judge(request("jira:create", "{}"), (p, r, rate, take) -> Answer.EXCEEDED, policy).hits()).isEmpty();
        }

        @Test
        void nobody_counting_is_doubt() {
            assertThat(judge(mail("{}"), standing("p", RATE.formatted("warn"))).effect()).hasValue(Effect.REQUIRE_APPROVAL);
        }

        @Test
        void it_is_counted_last_not_at_all_once_blocked_and_only_looked_at_by_those_who_watch() {
            List<String> asked = new ArrayList<>();
            Rulebook.Rates rates = (policyId, ruleId, rate, take) -> {
                asked.add(policyId + " " + take);
                return Answer.WITHIN;
            };
            Policy counts = standing("counts", RATE.formatted("block"));
            Policy watches = standing("watches", "'mode': 'shadow',", RATE.formatted("block"));
            Policy blocks = standing("blocks", "{" + ALWAYS + ", 'effect': 'block'}");
            judge(mail("{}"), rates, counts, watches);
            assertThat(asked).containsExactly("p-counts true", "p-watches false");
            asked.clear();
            judge(mail("{}"), rates, counts, watches, blocks);
            assertThat(asked).containsExactly("p-watches false");
        }
    }

    @Nested
    class Given_the_risk {

        @ParameterizedTest
        @CsvSource({"critical, 1, 1", "high, 0.5, 0.4", "medium, 1, 0.5", "low, 0, 0"})
        void one_hit_weighs_its_severity_times_its_confidence(String severity, String confidence, double risk) {
            assertThat(judge(mail("{}"), standing("p", "{%s, 'effect': 'warn', 'severity': '%s', 'confidence': %s}"
                    .formatted(ALWAYS, severity, confidence))).risk()).isEqualTo(risk);
        }

        @Test
        void several_combine_to_less_than_their_sum() {
            String half = "{'id': '%s', %s, 'effect': 'warn', 'severity': 'medium', 'confidence': 1}";
            assertThat(judge(mail("{}"), standing("p", half.formatted("a", ALWAYS) + "," + half.formatted("b", ALWAYS))).risk()).isEqualTo(0.75);
        }
    }
}
