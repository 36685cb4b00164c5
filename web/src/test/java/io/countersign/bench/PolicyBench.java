package io.countersign.bench;

import io.countersign.command.evaluation.CachingCompiler;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyJson;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** Evaluation alone, each judgement timed by itself. Needs no service. */
final class PolicyBench {

    private static final int WARM_UP = 15_000;
    private static final int TIMED = 15_000;
    private static final int SOME = 200;

    private PolicyBench() {}

    /** What one judgement took, in microseconds: by the clock, and on average in processor time. */
    record Figures(double p50, double p99, double processor) {

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "p50 %8.0f us   p99 %8.0f us   processor time %8.0f us", p50, p99, processor);
        }
    }

    /** 100 rules of all kinds over a mail of 400 characters. */
    static Figures hundred() {
        return judge(rules(2, 50), mail(17), WARM_UP, TIMED);
    }

    /** 1,000 rules over a statement of 50 lines whose facts are known. */
    static Figures thousand() {
        return judge(rules(20, 50), statement(), WARM_UP / 10, TIMED / 10);
    }

    /** 50 lines of SQL, with what is known about them. */
    static Facts statement() {
        String sql = IntStream.range(0, 50).mapToObj(i -> "select region_" + i + ", sum(amount) from sales join shops using (shop_id)\\n")
                .collect(Collectors.joining());
        return request("sql:query", "{\"datasource\":\"sales\",\"sql\":\"" + sql + "\"}").with("sql", Map.of("tables",
                List.of("public.sales", "public.shops"), "columns", IntStream.range(0, 50).mapToObj(i -> "public.sales.region_" + i).toList(),
                "statement_kinds", List.of("select"), "estimated_rows", 5_000L, "datasource", "sales"));
    }

    /** 100 rules, half of them patterns that no word decides, over a text of 64 KiB. */
    static Figures longText() {
        List<Map<String, Object>> rules = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rules.add(Map.of("id", "r" + i, "effect", "block", "condition", i % 2 == 0 ? condition(i)
                    : Map.of("type", "pattern", "regex", "[0-9]{3}-[0-9]{2}-" + i + "[0-9]")));
        }
        return judge(new CachingCompiler().compile(List.of(policy("p", rules.subList(0, 50)), policy("q", rules.subList(50, 100)))),
                mail(64 * 1024 / 23), SOME / 4, SOME);
    }

    static Facts mail(int sentences) {
        return request("email:send", "{\"to\":[\"ben@example.com\",\"ann@example.com\"],\"subject\":\"Minutes\",\"text\":\""
                + "The meeting went well. ".repeat(sentences) + "\"}");
    }

    private static Facts request(String action, String params) {
        String[] name = action.split(":");
        return Facts.request(action, name[0], name[1], "external", false, "mcp", "ben@example.com", false, JsonMapper.shared().readTree(params),
                Instant.EPOCH).with("agent", Map.of("id", "scout", "kind", "agent"));
    }

    private static Figures judge(Rulebook rules, Facts facts, int warmUp, int timed) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] nanos = new long[timed];
        long processor = 0;
        for (int i = -warmUp; i < timed; i++) {
            if (i == 0) {
                processor = threads.getCurrentThreadCpuTime();
            }
            long began = System.nanoTime();
            rules.judge(facts, Instant.EPOCH, Rulebook.Rates.NONE, Set.of());
            if (i >= 0) {
                nanos[i] = System.nanoTime() - began;
            }
        }
        processor = threads.getCurrentThreadCpuTime() - processor;
        Arrays.sort(nanos);
        return new Figures(nanos[timed / 2] / 1_000.0, nanos[timed * 99 / 100] / 1_000.0, processor / 1_000.0 / timed);
    }

    static Rulebook rules(int policies, int each) {
        return new CachingCompiler().compile(IntStream.range(0, policies).mapToObj(number -> {
            List<Map<String, Object>> rules = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                rules.add(Map.of("id", "r" + i, "effect", "block", "condition", condition(i)));
            }
            return policy("p" + number, rules);
        }).toList());
    }

    private static Policy policy(String name, List<Map<String, Object>> rules) {
        return new Policy(name, "default", 1, PolicyJson.read(Map.of("name", name, "rules", rules)), false, false, null, null, null);
    }

    private static Map<String, Object> condition(int i) {
        return switch (i % 7) {
            case 0 -> Map.of("type", "action", "glob", "jira:*" + i);
            case 1 -> Map.of("type", "host", "hosts", List.of("*.rival" + i + ".example"));
            case 2 -> Map.of("type", "pattern", "regex", "\\b(secret|confidential)[^\\n]{0,20}project" + i);
            case 3 -> Map.of("type", "amount", "above", 5_000 + i);
            case 4 -> Map.of("type", "table", "name", "secrets_" + i);
            case 5 -> Map.of("type", "column", "name", "salary_" + i);
            default -> Map.of("type", "expression", "cel", "action.connector == 'payment' && params.amount > " + i);
        };
    }
}
