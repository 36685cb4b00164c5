package io.countersign.command.policy;

import static io.countersign.command.testing.PolicyText.mail;
import static io.countersign.command.testing.PolicyText.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.api.Ids;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RestorePolicy;
import io.countersign.command.policy.api.PolicyCommand.RetirePolicy;
import io.countersign.command.policy.api.PolicyCommand.RevisePolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyJson;
import io.countersign.command.principal.api.Role;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.Letter;
import io.countersign.command.testing.People;
import io.countersign.command.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;

class PoliciesInForceTests {

    private static TestDatabase database;
    private static CommandModule here;
    private static CommandModule there;
    private static String ann;
    private static String olga;
    private static String ben;
    private static String scout;

    /** A house with a vault that only its owner opens. */
    static class Parts extends CommandModule.Parts {

        @Bean
        ActionType strongroom() {
            return new Letter("vault:open", ApprovalMode.MANUAL);
        }

        @Bean
        @Override
        protected ActionSettings actionSettings() {
            return new ActionSettings(ActionSettings.NONE, Map.of("vault:open", new ActionSettings.Entry(null, null, Role.OWNER, null, null, null)),
                    Duration.ofHours(24), List.of());
        }
    }

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        here = CommandModule.on(database, Parts.class);
        there = CommandModule.on(database);
        ann = here.person("ann", Role.ADMIN);
        olga = here.person("olga", Role.OWNER);
        ben = here.person("ben", Role.ANALYST);
        scout = here.agent("Scout", ann);
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
        database.close();
    }

    private static Policies on(CommandModule node) {
        return node.part(Policies.class);
    }

    private static String define(PolicyDefinition definition) {
        String id = here.part(Ids.class).next();
        here.as(ann, new DefinePolicy(id, People.HERE, definition));
        return id;
    }

    private static List<String> inForce(String agentId) {
        return on(there).inForce(People.HERE, agentId).stream().filter(policy -> !policy.builtIn()).map(Policy::id).toList();
    }

    private static void refused(String actor, Object command, RefusalCode code) {
        assertThatThrownBy(() -> here.as(actor, command)).isInstanceOfSatisfying(Refused.class,
                refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Nested
    class Given_two_nodes {

        @Test
        void each_change_is_in_force_on_the_other_when_its_call_returns() {
            String id = define(mail("two-nodes"));
            assertThat(inForce(scout)).contains(id);
            here.as(ann, new RevisePolicy(id, People.HERE, 1, mail("two-nodes", Map.of("enabled", false))));
            assertThat(inForce(scout)).doesNotContain(id);
            here.as(ann, new RevisePolicy(id, People.HERE, 2, mail("two-nodes")));
            assertThat(inForce(scout)).contains(id);
            here.as(ann, new RetirePolicy(id, People.HERE, 3));
            assertThat(inForce(scout)).doesNotContain(id);
            there.as(ann, new RestorePolicy(id, People.HERE, 4));
            assertThat(inForce(scout)).contains(id);
            assertThat(on(here).versions(People.HERE, id)).extracting(Policy::version).containsExactly(1L, 2L, 3L, 4L, 5L);
            assertThat(on(here).byId(People.HERE, id)).hasValueSatisfying(policy -> assertThat(policy)
                    .isEqualTo(on(here).versions(People.HERE, id).getLast()).extracting(Policy::changedBy).isEqualTo(ann));
        }

        @Test
        void another_workspace_sees_nothing_of_it() {
            String id = define(mail("private"));
            assertThat(on(there).byId(People.ELSEWHERE, id)).isEmpty();
            assertThat(on(there).versions(People.ELSEWHERE, id)).isEmpty();
            assertThat(on(there).all(People.ELSEWHERE)).allMatch(Policy::builtIn);
            refused(ann, new RetirePolicy(id, People.ELSEWHERE, 1), RefusalCode.NOT_FOUND);
        }
    }

    @Nested
    class Given_a_policy_of_the_workspace {

        @Test
        void one_of_the_same_name_for_an_agent_takes_its_place_for_that_agent_alone() {
            String common = define(mail("guard"));
            String own = define(mail("Guard", Map.of("agent", scout)));
            assertThat(inForce(scout)).contains(own).doesNotContain(common);
            assertThat(inForce("somebody-else")).contains(common).doesNotContain(own);
            assertThat(inForce(null)).contains(common).doesNotContain(own);
        }

        @Test
        void nothing_takes_the_place_of_a_locked_one() {
            String common = define(mail("locked", Map.of("locked", true)));
            String own = define(mail("locked", Map.of("agent", scout)));
            assertThat(inForce(scout)).contains(common, own);
        }

        @Test
        void one_that_only_watches_or_is_switched_off_takes_nobodys_place() {
            String common = define(mail("watched"));
            String own = define(mail("watched", Map.of("agent", scout, "mode", "shadow")));
            assertThat(inForce(scout)).contains(common, own);
            here.as(ann, new RevisePolicy(own, People.HERE, 1, mail("watched", Map.of("agent", scout, "enabled", false))));
            assertThat(inForce(scout)).contains(common).doesNotContain(own);
        }
    }

    @Nested
    class Given_a_standing_approval {

        private static PolicyDefinition approving(String name, Instant end, String glob) {
            return policy("{'name': '%s', 'rules': [{'condition': {'type': 'action', 'glob': '%s'}, 'effect': 'approve', 'expires_at': '%s'}]}"
                    .formatted(name, glob, end));
        }

        private static Instant in(Duration time) {
            return here.part(Clock.class).instant().plus(time);
        }

        @Test
        void it_ends_within_ninety_days_and_not_before_it_begins() {
            refused(ann, new DefinePolicy("s1", People.HERE, approving("too-long", in(Duration.ofDays(91)), "mail:*")), RefusalCode.VALIDATION_ERROR);
            refused(ann, new DefinePolicy("s2", People.HERE, approving("over", in(Duration.ofSeconds(-1)), "mail:*")), RefusalCode.VALIDATION_ERROR);
            String id = define(approving("ninety", in(Duration.ofDays(89)), "mail:*"));
            refused(ann, new RevisePolicy(id, People.HERE, 1, approving("ninety", in(Duration.ofDays(91)), "mail:*")), RefusalCode.VALIDATION_ERROR);
            refused(ann, new RevisePolicy(id, People.HERE, 1, approving("ninety", in(Duration.ofSeconds(-1)), "mail:*")), RefusalCode.VALIDATION_ERROR);
        }

        @Test
        void who_writes_it_must_be_able_to_decide_what_it_names() {
            refused(ann, new DefinePolicy("s3", People.HERE, approving("vaults", in(Duration.ofDays(1)), "vault:*")), RefusalCode.VALIDATION_ERROR);
            String id = here.part(Ids.class).next();
            here.as(olga, new DefinePolicy(id, People.HERE, approving("vaults", in(Duration.ofDays(1)), "vault:*")));
            refused(ann, new RevisePolicy(id, People.HERE, 1, approving("vaults", in(Duration.ofDays(1)), "vault:open")),
                    RefusalCode.VALIDATION_ERROR);
            here.as(ann, new RetirePolicy(id, People.HERE, 1));
            refused(ann, new RestorePolicy(id, People.HERE, 2), RefusalCode.VALIDATION_ERROR);
            here.as(olga, new RestorePolicy(id, People.HERE, 2));
            Map<String, Object> off = new HashMap<>(PolicyJson.write(approving("vaults", in(Duration.ofDays(1)), "vault:*")));
            off.put("enabled", false);
            here.as(ann, new RevisePolicy(id, People.HERE, 3, PolicyJson.read(off)));
        }
    }

    @Nested
    class Given_somebody_wants_a_change {

        @Test
        void only_an_admin_may_make_it() {
            String id = define(mail("admins-only"));
            for (String actor : List.of(ben, scout, "nobody")) {
                RefusalCode code = actor.equals(ben) ? RefusalCode.INSUFFICIENT_ROLE : RefusalCode.FORBIDDEN;
                refused(actor, new DefinePolicy("x-" + actor, People.HERE, mail("theirs")), code);
                refused(actor, new RevisePolicy(id, People.HERE, 1, mail("admins-only")), code);
                refused(actor, new RetirePolicy(id, People.HERE, 1), code);
                refused(actor, new RestorePolicy(id, People.HERE, 1), code);
            }
        }

        @Test
        void it_must_know_the_version_that_stands() {
            String id = define(mail("versions"));
            here.as(ann, new RevisePolicy(id, People.HERE, 1, mail("versions", Map.of("description", "two"))));
            refused(ann, new RevisePolicy(id, People.HERE, 1, mail("versions", Map.of("description", "lost"))), RefusalCode.STALE_VERSION);
            refused(ann, new RetirePolicy(id, People.HERE, 3), RefusalCode.STALE_VERSION);
        }

        @Test
        void a_name_belongs_to_one_policy_even_when_that_is_retired() {
            String id = define(mail("taken"));
            refused(ann, new DefinePolicy("another", People.HERE, mail("TAKEN")), RefusalCode.NAME_EXISTS);
            here.as(ann, new RetirePolicy(id, People.HERE, 1));
            refused(ann, new DefinePolicy("another", People.HERE, mail("taken")), RefusalCode.NAME_EXISTS);
            assertThat(inForce(scout)).doesNotContain(id);
        }

        @Test
        void a_retired_policy_is_restored_before_it_is_changed() {
            String id = define(mail("resting"));
            here.as(ann, new RetirePolicy(id, People.HERE, 1));
            refused(ann, new RevisePolicy(id, People.HERE, 2, mail("resting")), RefusalCode.ALREADY_RESOLVED);
        }

        @Test
        void the_agent_must_exist_and_stays_the_same() {
            refused(ann, new DefinePolicy("ghost", People.HERE, mail("ghost", Map.of("agent", "nobody"))), RefusalCode.VALIDATION_ERROR);
            String id = define(mail("one-agent", Map.of("agent", scout)));
            refused(ann, new RevisePolicy(id, People.HERE, 1, mail("one-agent")), RefusalCode.VALIDATION_ERROR);
        }
    }
}
