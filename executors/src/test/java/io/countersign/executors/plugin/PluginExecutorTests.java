package io.countersign.executors.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.vault.api.Secret;
import io.countersign.command.vault.api.Secret.Binding;
import io.countersign.command.vault.api.SecretText;
import io.countersign.command.vault.api.Secrets;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.plugin.PluginFolder.Found;
import io.countersign.executors.plugin.api.Plugin;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PluginExecutorTests {

    private static final String VALUE = "s3cret-of-the-board";

    /** A plug-in that does what the test says. */
    private record Guest(Function<Call, Outcome> work) implements Plugin.Reversible {

        @Override
        public String name() {
            return "guest";
        }

        @Override
        public String description() {
            return "Does as it is told.";
        }

        @Override
        public String schema() {
            return "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}";
        }

        @Override
        public Set<String> settings() {
            return Set.of("api_vault_key", "place");
        }

        @Override
        public Words describe(Map<String, Object> params) {
            throw new IllegalStateException("no words");
        }

        @Override
        public Outcome execute(Call call) {
            return work.apply(call);
        }

        @Override
        public Outcome rollBack(Call call, String wayBack) {
            return new Outcome.Done(Map.of("back", wayBack));
        }
    }

    /** A vault with one free secret and one that is bound to a host. */
    private static final class SmallVault implements Secrets {

        @Override
        public List<Secret> all(String workspace) {
            return List.of(new Secret(workspace, "FREE", "box", Instant.EPOCH, null, null),
                    new Secret(workspace, "BOUND", "box", Instant.EPOCH, null, new Binding("api.example.com", "Authorization: Bearer {value}")));
        }

        @Override
        public Map<String, Instant> lastUsed(String workspace) {
            return Map.of();
        }

        @Override
        public Optional<SecretText> take(String workspace, String name) {
            return Optional.of(new SecretText(VALUE));
        }

        @Override
        public int reseal(String workspace) {
            return 0;
        }
    }

    private static PluginExecutor executor(Function<Plugin.Call, Plugin.Outcome> work) {
        return new PluginExecutor(new Found(new Guest(work), "guest.jar", "1"), new SmallVault());
    }

    private static ExecutionOutcome run(Map<String, String> config, Function<Plugin.Call, Plugin.Outcome> work) throws InterruptedException {
        return executor(work).execute(Attempts.with(Attempts.first("plugin.guest", "{\"text\":\"x\",\"count\":2,\"gone\":null}"), config),
                Duration.ofSeconds(5));
    }

    @Nested
    class Given_an_entry_that_names_a_secret {

        @Test
        void the_plug_in_gets_it_and_nothing_it_answers_shows_it() throws InterruptedException {
            var outcome = run(Map.of("api_vault_key", "FREE", "place", "here", "text", "x"), call -> {
                assertThat(call.secrets()).containsExactly(Map.entry("api_vault_key", VALUE));
                assertThat(call.config()).containsExactly(Map.entry("place", "here"));
                assertThat(call.params()).containsOnlyKeys("text", "count");
                assertThat(call.toString()).doesNotContain(VALUE);
                return new Plugin.Outcome.Done(Map.of("said", "it is " + VALUE), "back with " + VALUE);
            });
            assertThat(outcome).isInstanceOfSatisfying(Succeeded.class, done -> {
                assertThat(done.output()).contains("it is").doesNotContain(VALUE);
                assertThat(String.valueOf(done.rollback())).contains("back with").doesNotContain(VALUE);
            });
            assertThat(run(Map.of("api_vault_key", "FREE"), call -> new Plugin.Outcome.Failed("no", "Not with " + VALUE)))
                    .isEqualTo(new Failed("no", "Not with [masked]", null));
        }

        @Test
        void one_that_is_missing_or_bound_to_a_host_stops_it_before_anything_is_done() throws InterruptedException {
            Function<Plugin.Call, Plugin.Outcome> never = call -> {
                throw new AssertionError("it was called");
            };
            assertThat(run(Map.of("api_vault_key", "NONE"), never)).isInstanceOfSatisfying(Failed.class,
                    failed -> assertThat(failed.errorClass()).isEqualTo("secret_missing"));
            assertThat(run(Map.of("api_vault_key", "BOUND"), never)).isInstanceOfSatisfying(Failed.class,
                    failed -> assertThat(failed.errorClass()).isEqualTo("secret_bound_elsewhere"));
        }
    }

    @Nested
    class Given_a_plug_in_that_misbehaves {

        @Test
        void what_it_throws_means_that_nobody_knows_and_its_message_is_not_repeated() throws InterruptedException {
            var outcome = run(Map.of(), call -> {
                throw new IllegalArgumentException("token " + VALUE);
            });
            assertThat(outcome).isEqualTo(new Unknown("plugin_unknown", "The plug-in ended with java.lang.IllegalArgumentException."));
        }

        @Test
        void one_without_words_is_described_by_us() {
            var type = new PluginType(new Found(new Guest(call -> new Plugin.Outcome.Unknown("x")), "guest.jar", "1"));
            assertThat(type.describe(JsonMapper.shared().readTree("{}")).summary()).contains("does not say what this does");
        }
    }
}
