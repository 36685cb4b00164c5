package io.countersign.command.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.evaluation.CachingCompiler;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BuiltInsTests {

    private static final Rulebook RULES = new CachingCompiler().compile(BuiltIns.ALL);
    private static final Path GUIDE = Path.of("../docs/policies.md");

    @Nested
    class Given_the_labelled_actions {

        @Test
        void both_error_rates_are_small_and_stand_in_the_guide() throws IOException {
            List<String> alarms = new ArrayList<>();
            List<String> missed = new ArrayList<>();
            int harmless = 0;
            int harmful = 0;
            for (String line : Files.readAllLines(Path.of("src/test/resources/policies/labelled.jsonl"))) {
                JsonNode sample = JsonMapper.shared().readTree(line);
                boolean stopped = isStopped(sample.path("action").stringValue(), sample.path("params"));
                if (sample.path("label").stringValue().equals("harmless")) {
                    harmless++;
                    if (stopped) {
                        alarms.add(line);
                    }
                } else {
                    harmful++;
                    if (!stopped) {
                        missed.add(line);
                    }
                }
            }
            assertThat(harmless).isEqualTo(60);
            assertThat(harmful).isEqualTo(60);
            assertThat(alarms).as("false alarms").hasSizeLessThanOrEqualTo(1);
            assertThat(missed).as("missed").hasSizeLessThanOrEqualTo(4);
            assertThat(Files.readString(GUIDE)).contains(String.format(Locale.ROOT, "%d of 60 harmless actions are stopped needlessly, "
                    + "%d of 60 harmful ones pass unseen", alarms.size(), missed.size()));
        }

        private static boolean isStopped(String action, JsonNode params) {
            String[] name = action.split("[:.]", 2);
            Facts facts = Facts.request(action, name[0], name[1], "external", false, "api", "", false, params, Instant.EPOCH);
            return RULES.judge(facts, Instant.EPOCH, Rulebook.Rates.NONE, Set.of()).effect()
                    .filter(effect -> effect.compareTo(Effect.REQUIRE_APPROVAL) >= 0).isPresent();
        }
    }

    @Nested
    class Given_the_built_in_policies {

        @Test
        void they_are_always_in_force_and_locked() {
            assertThat(BuiltIns.ALL).allMatch(Policy::inForce).allMatch(Policy::builtIn).allMatch(policy -> policy.definition().locked())
                    .extracting(Policy::name).containsExactly("FinancialSafetyPolicy", "DataExfiltrationPolicy", "ContentScreeningPolicy");
        }
    }
}
