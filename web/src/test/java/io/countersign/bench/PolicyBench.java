package io.countersign.bench;

import io.countersign.command.evaluation.CachingCompiler;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Evaluation alone: 100 rules of all kinds over one mail of 400 characters, each judgement timed by itself. Needs no service. */
final class PolicyBench {

    private static final int RULES = 100;
    private static final int WARM_UP = 60_000;
    private static final int TIMED = 40_000;

    private PolicyBench() {}

    /** What one judgement took, in microseconds. */
    record Figures(double p50, double p99) {}

    static Figures run() {
        Rulebook rules = new CachingCompiler().compile(List.of(policy(0), policy(1)));
        Facts facts = Facts.request("email:send", "email", "send", "external", false, "mcp", "ben@example.com", false,
                JsonMapper.shared().readTree("{\"to\":[\"ben@example.com\",\"ann@example.com\"],\"subject\":\"Minutes\",\"text\":\""
                        + "The meeting went well. ".repeat(17) + "\"}"), Instant.EPOCH)
                .with("agent", Map.of("id", "scout", "kind", "agent"));
        long[] nanos = new long[TIMED];
        for (int i = -WARM_UP; i < TIMED; i++) {
            long began = System.nanoTime();
            rules.judge(facts, Instant.EPOCH, Rulebook.Rates.NONE, Set.of());
            if (i >= 0) {
                nanos[i] = System.nanoTime() - began;
            }
        }
        Arrays.sort(nanos);
        return new Figures(nanos[TIMED / 2] / 1_000.0, nanos[TIMED * 99 / 100] / 1_000.0);
    }

    private static Policy policy(int number) {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (int i = 0; i < RULES / 2; i++) {
            rules.add(Map.of("id", "r" + i, "effect", "block", "condition", condition(i)));
        }
        return new Policy("p" + number, "default", 1, PolicyJson.read(Map.of("name", "p" + number, "rules", rules)), false, false, null, null,
                null);
    }

    private static Map<String, Object> condition(int i) {
        return switch (i % 5) {
            case 0 -> Map.of("type", "action", "glob", "jira:*" + i);
            case 1 -> Map.of("type", "host", "hosts", List.of("*.rival" + i + ".example"));
            case 2 -> Map.of("type", "pattern", "regex", "\\b(secret|confidential)[^\\n]{0,20}project" + i);
            case 3 -> Map.of("type", "amount", "above", 5_000 + i);
            default -> Map.of("type", "expression", "cel", "action.connector == 'payment' && params.amount > " + i);
        };
    }
}
