package io.countersign.command.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.monitoring.api.MonitoringRule;
import io.countersign.command.monitoring.api.WatchEvent.Begun;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceTests {

    private static MonitoringRule rule(int window, String... names) {
        return new MonitoringRule("x", "", 0, List.of(names), window, SwitchScope.AGENT, "");
    }

    /** Plays {@code a@0 b@5}: names at seconds. Whether the last one completes the sequence. */
    private static boolean completes(MonitoringRule rule, String played) {
        List<Begun> begun = List.of();
        for (String one : played.split(" ")) {
            String[] parts = one.split("@");
            begun = Sequence.after(rule, begun, Set.of(parts[0]), Instant.ofEpochSecond(Long.parseLong(parts[1])));
        }
        return Sequence.isComplete(rule, begun);
    }

    @Nested
    class Given_a_then_b_within_ten_seconds {

        @ParameterizedTest
        @CsvSource({"a@0 b@5, true", "a@0 b@10, true", "a@0 b@11, false", "b@0 a@1, false", "a@0 a@8 b@15, true", "a@0 c@1 b@2, true", "b@1, false"})
        void it_is_complete_when_both_came_in_time_whatever_comes_in_between(String played, boolean complete) {
            assertThat(completes(rule(10, "a", "b"), played)).isEqualTo(complete);
        }
    }

    @Nested
    class Given_a_name_twice {

        @ParameterizedTest
        @CsvSource({"a@0, false", "a@0 a@1, true", "a@0 a@11, false", "a@0 a@11 a@12, true"})
        void one_request_is_one_step(String played, boolean complete) {
            assertThat(completes(rule(10, "a", "a"), played)).isEqualTo(complete);
        }
    }

    @Nested
    class Given_any_history {

        @Test
        void it_agrees_with_looking_through_all_of_it() {
            Random random = new Random(7);
            for (int round = 0; round < 2_000; round++) {
                MonitoringRule rule = rule(1 + random.nextInt(12), names(random, 1 + random.nextInt(4)));
                String[] played = names(random, 1 + random.nextInt(12));
                long[] at = new long[played.length];
                List<Begun> begun = List.of();
                for (int n = 0; n < played.length; n++) {
                    at[n] = (n == 0 ? 0 : at[n - 1]) + random.nextInt(4);
                    begun = Sequence.after(rule, begun, Set.of(played[n]), Instant.ofEpochSecond(at[n]));
                    assertThat(Sequence.isComplete(rule, begun)).as("%s in %s at %s, after %s", rule.sequence(), List.of(played), at, n)
                            .isEqualTo(existsWithin(rule, played, at, n));
                }
            }
        }

        /** By trying every place where the sequence may begin and going on as early as possible; kept in mind while it is young. */
        private static boolean existsWithin(MonitoringRule rule, String[] played, long[] at, int last) {
            for (int first = 0; first <= last; first++) {
                int step = 0;
                for (int n = first; n <= last && step < rule.sequence().size(); n++) {
                    step += rule.sequence().get(step).equals(played[n]) ? 1 : 0;
                }
                if (played[first].equals(rule.sequence().getFirst()) && step == rule.sequence().size()
                        && at[last] - at[first] <= rule.windowSeconds()) {
                    return true;
                }
            }
            return false;
        }

        private static String[] names(Random random, int count) {
            return random.ints(count, 0, 3).mapToObj(n -> List.of("a", "b", "c").get(n)).toArray(String[]::new);
        }
    }
}
