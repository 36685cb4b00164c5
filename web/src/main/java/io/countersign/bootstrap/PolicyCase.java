package io.countersign.bootstrap;

import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.RateKeeper.Answer;
import io.countersign.command.policy.api.Effect;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One recorded action and what the policies are expected to say of it.
 *
 * @param facts what rules see
 * @param agentId the agent that asks; null for a person
 * @param at the moment that counts
 * @param rates what windows said, by {@code policy/rule}
 * @param expected {@code allow}, {@code warn}, {@code delay}, {@code require_approval} or {@code block}
 * @param expectedRule {@code policy/rule} that decides; null for any
 */
record PolicyCase(String name, Facts facts, @Nullable String agentId, Instant at, Map<String, Answer> rates, String expected,
        @Nullable String expectedRule) {

    static final String ALLOW = "allow";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Instant USUAL_MOMENT = Instant.parse("2026-01-01T12:00:00Z");
    private static final Set<String> KNOWN = Set.of("name", "action", "params", "origin", "target", "scope", "reversible", "force_approval", "agent",
            "at", "facts", "rates", "expect", "rule");
    private static final Set<String> OWN_NAMESPACES = Set.of("action", "params", "time", "agent");

    /** @throws IllegalArgumentException with a sentence when it is no case */
    static PolicyCase read(@Nullable Object written, int index) {
        if (!(written instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("must be a mapping");
        }
        Map<String, @Nullable Object> fields = Plain.map(map);
        Set<String> unknown = new TreeSet<>(fields.keySet());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", unknown) + " is not known; known are " + String.join(", ", new TreeSet<>(KNOWN)));
        }
        String action = text(fields, "action", null);
        int colon = action.indexOf(':');
        if (colon < 1 || colon == action.length() - 1) {
            throw new IllegalArgumentException("action must read connector:operation");
        }
        Instant at = moment(fields.get("at"));
        Map<String, @Nullable Object> agent = object(fields, "agent");
        Facts facts = Facts.request(action, action.substring(0, colon), action.substring(colon + 1), text(fields, "scope", "external"),
                flag(fields, "reversible"), text(fields, "origin", "api"), text(fields, "target", ""), flag(fields, "force_approval"),
                JSON.valueToTree(object(fields, "params")), at);
        Map<String, Object> requester = new LinkedHashMap<>(Map.of("id", "", "name", "", "kind", "agent"));
        agent.forEach((key, value) -> requester.put(key, value == null ? "" : value));
        facts = facts.with("agent", requester);
        for (Map.Entry<String, @Nullable Object> more : object(fields, "facts").entrySet()) {
            if (OWN_NAMESPACES.contains(more.getKey()) || !(more.getValue() instanceof Map<?, ?>)) {
                throw new IllegalArgumentException("facts." + more.getKey() + " must be a mapping of a namespace other than action, agent, params, time");
            }
            if (Facts.of(JSON.valueToTree(more.getValue())) instanceof Map<?, ?> found) {
                facts = facts.with(more.getKey(), found);
            }
        }
        String expected = text(fields, "expect", null).replace("allow_with_warnings", Effect.WARN.wire());
        if (!expected.equals(ALLOW) && Arrays.stream(Effect.values()).noneMatch(effect -> effect != Effect.APPROVE && effect.wire().equals(expected))) {
            throw new IllegalArgumentException("expect must be allow, warn, delay, require_approval or block");
        }
        String id = String.valueOf(requester.get("id"));
        return new PolicyCase(text(fields, "name", "case " + (index + 1)), facts, id.isEmpty() ? null : id, at, rates(fields), expected,
                fields.get("rule") == null ? null : text(fields, "rule", null));
    }

    private static Map<String, Answer> rates(Map<String, @Nullable Object> fields) {
        Map<String, Answer> rates = new LinkedHashMap<>();
        object(fields, "rates").forEach((rule, word) -> {
            try {
                rates.put(rule, Answer.valueOf(String.valueOf(word).toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("rates." + rule + " must be within, exceeded or unknown", e);
            }
        });
        return rates;
    }

    private static String text(Map<String, @Nullable Object> fields, String key, @Nullable String usual) {
        Object value = fields.get(key);
        if (value == null && usual != null) {
            return usual;
        }
        if (value instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new IllegalArgumentException(key + (value == null ? " is required" : " must be text"));
    }

    private static boolean flag(Map<String, @Nullable Object> fields, String key) {
        return switch (fields.get(key)) {
            case null -> false;
            case Boolean flag -> flag;
            default -> throw new IllegalArgumentException(key + " must be true or false");
        };
    }

    private static Map<String, @Nullable Object> object(Map<String, @Nullable Object> fields, String key) {
        return switch (fields.get(key)) {
            case null -> Map.of();
            case Map<?, ?> map -> Plain.map(map);
            default -> throw new IllegalArgumentException(key + " must be a mapping");
        };
    }

    private static Instant moment(@Nullable Object written) {
        try {
            return written == null ? USUAL_MOMENT : OffsetDateTime.parse(String.valueOf(written)).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("at must be a moment such as 2026-12-31T18:00:00Z", e);
        }
    }
}
