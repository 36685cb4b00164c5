package io.countersign.command.policy;

import static io.countersign.command.testing.PolicyText.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyJson;
import io.countersign.command.policy.api.Rule;
import io.countersign.command.policy.api.Severity;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyJsonTests {

    @Nested
    class Given_a_short_policy {

        @Test
        void what_is_not_said_is_as_usual() {
            PolicyDefinition read = policy("{'name': 'p', 'rules': [{'condition': {'type': 'action', 'glob': 'email:*'}, 'effect': 'block', "
                    + "'severity': 'high', 'reason': 'No mail.'}]}");
            assertThat(read.enabled()).isTrue();
            assertThat(read.mode()).isEqualTo(PolicyDefinition.Mode.ENFORCE);
            assertThat(read.origins()).isEmpty();
            assertThat(read.agentId()).isNull();
            Rule rule = read.rules().getFirst();
            assertThat(rule.id()).isEqualTo("rule-1");
            assertThat(rule.condition()).isEqualTo(new Condition.ActionName("email:*"));
            assertThat(rule.confidence()).isEqualTo(0.85);
        }

        @ParameterizedTest
        @CsvSource({"critical, BLOCK", "high, REQUIRE_APPROVAL", "medium, WARN", "low, WARN"})
        void an_effect_that_is_not_said_follows_from_the_severity(String severity, Effect effect) {
            PolicyDefinition read = policy("{'name': 'p', 'rules': [{'condition': {'type': 'cost', 'threshold': 10}, 'severity': '"
                    + severity + "'}]}");
            assertThat(read.rules().getFirst().effect()).isEqualTo(effect);
        }

        @Test
        void a_severity_that_is_not_said_is_medium() {
            PolicyDefinition read = policy("{'name': 'p', 'rules': [{'condition': {'type': 'cost', 'threshold': 10}, 'effect': 'block'}]}");
            assertThat(read.rules().getFirst().severity()).isEqualTo(Severity.MEDIUM);
        }

        @Test
        void the_origin_any_means_all() {
            assertThat(policy("{'name': 'p', 'origins': ['any'], 'rules': [{'condition': {'type': 'action', 'glob': '*'}, "
                    + "'effect': 'warn'}]}").origins()).isEmpty();
        }
    }

    @Nested
    class Given_a_policy_of_any_shape {

        @ParameterizedTest
        @ValueSource(strings = {"{'type': 'table', 'name': 'orders'}", "{'type': 'column', 'name': 'users.ssn'}",
                "{'type': 'cost', 'threshold': 10}", "{'type': 'datasource', 'name': '*'}",
                "{'type': 'pattern', 'regex': 'a+', 'context_requires': 'b'}", "{'type': 'command', 'glob': 'rm *'}",
                "{'type': 'amount', 'above': 0, 'currency': 'EUR'}", "{'type': 'host', 'hosts': ['*.example.com', 'a.b'], 'unlisted': true}",
                "{'type': 'action', 'glob': '*'}", "{'type': 'expression', 'cel': 'true'}",
                "{'type': 'rate', 'glob': 'email:*', 'measure': 'sum', 'per': 'target', 'limit': 5, 'window_seconds': 60}"})
        void what_is_written_reads_back(String condition) {
            PolicyDefinition read = policy("{'name': 'p', 'description': 'd', 'mode': 'shadow', 'rules': [{'condition': " + condition
                    + ", 'effect': 'delay', 'delay_seconds': 5, 'expires_at': '2026-12-31T00:00:00Z', 'profile': {'min_role': 'admin'}, "
                    + "'exemptions': [{'condition': {'type': 'action', 'glob': 'x'}}]}]}");
            assertThat(PolicyJson.read(new java.util.HashMap<>(PolicyJson.write(read)))).isEqualTo(read);
        }
    }

    @Nested
    class Given_a_policy_that_cannot_be_taken {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
                "{'rules': []} | name | is required",
                "{'name': 'a b'} | name | letters",
                "{'name': 'p', 'rules': []} | rules | 1 to 50",
                "{'name': 'p', 'rule': [1]} | rule | is not known",
                "{'name': 'p', 'mode': 'dry'} | mode | is one of enforce, shadow",
                "{'name': 'p', 'origins': ['moon']} | origins | is no origin",
                "{'name': 'p', 'agent': 'a', 'locked': true} | locked | for policies of the workspace",
                "{'name': 'p', 'enabled': 'yes'} | enabled | true or false",
                "{'name': 'p', 'rules': [{'effect': 'warn'}]} | rules[0].condition | is required",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'condition': {}}]} | rules[0].condition.type | is required",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'condition': {'type': 'moon'}}]} | rules[0].condition.type | is no condition",
                "{'name': 'p', 'rules': [{'condition': {'type': 'action', 'glob': '*'}}]} | rules[0].effect | say effect",
                "{'name': 'p', 'rules': [{'effect': 'delay', 'condition': {'type': 'action', 'glob': '*'}}]} | rules[0].delay_seconds | is required",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'condition': {'type': 'action', 'glob': ''}}]} | rules[0].condition.glob | 1 to 200",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'condition': {'type': 'cost', 'threshold': 0}}]} | rules[0].condition.threshold | whole",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'condition': {'type': 'cost', 'threshold': 1.5}}]} | rules[0].condition.threshold | whole",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'condition': {'type': 'cost', 'pattern': 'x'}}]} | rules[0].condition.pattern | is not known",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'condition': {'type': 'host', 'hosts': ['a b']}}]} | rules[0].condition.hosts | no host",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'severity': 'bad', 'condition': {'type': 'action', 'glob': '*'}}]} | rules[0].severity | is one of",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'confidence': 2, 'condition': {'type': 'action', 'glob': '*'}}]} | rules[0].confidence | 0 to 1",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'expires_at': 'soon', 'condition': {'type': 'action', 'glob': '*'}}]} | rules[0].expires_at | moment",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'profile': {'min_approvals': 0}, 'condition': {'type': 'action', 'glob': '*'}}]} | rules[0].profile.min_approvals | from 1 to 20",
                "{'name': 'p', 'rules': [{'effect': 'warn', 'max_uses': 2, 'condition': {'type': 'action', 'glob': '*'}}]} | rules[0].max_uses | reusable",
                "{'name': 'p', 'rules': [{'id': 'a', 'effect': 'warn', 'condition': {'type': 'action', 'glob': '*'}}, {'id': 'A', 'effect': 'warn', 'condition': {'type': 'action', 'glob': '*'}}]} | rules[1].id | two rules",
                "{'name': 'p', 'rules': [{'effect': 'approve', 'condition': {'type': 'action', 'glob': '*'}}]} | rules[0].expires_at | at most 90 days",
                "{'name': 'p', 'rules': [{'effect': 'approve', 'condition': {'type': 'pattern', 'regex': 'a'}}]} | rules[0].condition.type | cannot approve",
                "{'name': 'p', 'rules': [{'effect': 'approve', 'condition': {'type': 'host', 'hosts': ['a.b']}}]} | rules[0].condition.type | cannot approve",
                "{'name': 'p', 'rules': [{'effect': 'approve', 'reusable': true, 'condition': {'type': 'table', 'name': 'a'}}]} | rules[0].reusable | ask a person",
                "{'name': 'p', 'rules': [{'effect': 'approve', 'profile': {}, 'condition': {'type': 'table', 'name': 'a'}}]} | rules[0].profile | ask a person",
                "{'name': 'p', 'rules': [{'effect': 'require_approval', 'reuse_seconds': 60, 'condition': {'type': 'table', 'name': 'a'}}]} | rules[0].reuse_seconds | reusable",
                "{'name': 'p', 'rules': [{'effect': 'require_approval', 'reusable': true, 'reuse_seconds': 5, 'condition': {'type': 'table', 'name': 'a'}}]} | rules[0].reuse_seconds | from 60",
                "{'name': 'p', 'rules': 'x'} | rules | must be a list"})
        void each_fault_tells_its_place(String json, String field, String message) {
            assertThatThrownBy(() -> policy(json)).isInstanceOfSatisfying(InvalidPolicy.class, invalid -> assertThat(invalid.faults())
                    .filteredOn(fault -> fault.field().equals(field)).extracting(ParameterFault::message)
                    .anySatisfy(found -> assertThat(found).contains(message)));
        }
    }
}
