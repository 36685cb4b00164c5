package io.countersign.web.rest;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyJson;
import io.countersign.command.policy.api.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Policies in the words of the older control interface: a rule there is a pattern, a severity, and what a match leads to. */
final class ControlRules {

    private static final Set<String> OUTCOMES = Set.of("block", "require_approval", "warn");
    private static final Set<String> STEPS = Set.of("thought", "action", "observation", "output", "error", "policy_check");

    private ControlRules() {}

    /**
     * Reads a policy.
     *
     * @param enabled what it is when it does not say
     * @throws Refused with {@code validation_error}, naming fields as they were written
     */
    static PolicyDefinition read(Map<String, @Nullable Object> body, boolean enabled) {
        List<ParameterFault> faults = new ArrayList<>();
        Map<String, @Nullable Object> ours = new LinkedHashMap<>(body);
        steps(ours.remove("step_types"), faults);
        if (ours.containsKey("agent_id")) {
            ours.put("agent", ours.remove("agent_id"));
        }
        ours.putIfAbsent("enabled", enabled);
        if (ours.get("rules") instanceof List<?> rules) {
            List<Object> translated = new ArrayList<>();
            for (int i = 0; i < rules.size(); i++) {
                translated.add(rules.get(i) instanceof Map<?, ?> rule ? rule(rule, "rules[" + i + "].", faults) : String.valueOf(rules.get(i)));
            }
            ours.put("rules", translated);
        }
        if (!faults.isEmpty()) {
            throw invalid(faults);
        }
        try {
            return PolicyJson.read(ours);
        } catch (InvalidPolicy e) {
            throw invalid(e.faults());
        }
    }

    /** The refusal for faults that name our fields. */
    static Refused invalid(List<ParameterFault> faults) {
        List<ParameterFault> named = faults.stream().map(fault -> new ParameterFault(theirs(fault.field()), fault.message())).toList();
        return new Refused(RefusalCode.VALIDATION_ERROR, "The policy is not valid: " + named.getFirst().field() + ": " + named.getFirst().message(),
                Map.of("details", named));
    }

    private static String theirs(String field) {
        return field.equals("agent") ? "agent_id" : field.replace(".condition.regex", ".match").replace(".condition.context_requires",
                ".context_requires").replace(".effect", ".on_violation");
    }

    private static void steps(@Nullable Object steps, List<ParameterFault> faults) {
        if (steps == null) {
            return;
        }
        List<String> named = steps instanceof List<?> list ? list.stream().map(step -> String.valueOf(step).toLowerCase(Locale.ROOT)).toList()
                : List.of();
        if (!named.contains("action") || !STEPS.containsAll(named)) {
            faults.add(new ParameterFault("step_types", "must be a list with ACTION in it: actions are what is judged here"));
        }
    }

    private static Map<String, @Nullable Object> rule(Map<?, ?> written, String place, List<ParameterFault> faults) {
        Map<String, @Nullable Object> rule = new LinkedHashMap<>();
        written.forEach((name, value) -> rule.put(String.valueOf(name), value));
        Map<String, @Nullable Object> condition = new LinkedHashMap<>();
        condition.put("type", "pattern");
        condition.put("regex", rule.remove("match"));
        if (rule.get("context_requires") != null) {
            condition.put("context_requires", rule.get("context_requires"));
        }
        rule.remove("context_requires");
        Object outcome = rule.remove("on_violation");
        if (outcome != null && !OUTCOMES.contains(outcome)) {
            faults.add(new ParameterFault(place + "on_violation", "is one of block, require_approval, warn"));
        }
        if (rule.get("severity") == null) {
            faults.add(new ParameterFault(place + "severity", "is required: critical, high, medium or low"));
        }
        if (rule.put("condition", condition) != null || rule.put("effect", outcome) != null) {
            faults.add(new ParameterFault(place + "condition", "is not known here; write match and on_violation"));
        }
        return rule;
    }

    /** A rule as it is shown; {@code match} is null for one that is more than a pattern. */
    static Map<String, @Nullable Object> write(Rule rule) {
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        Condition.Pattern pattern = rule.condition() instanceof Condition.Pattern found ? found : null;
        written.put("match", pattern == null ? null : pattern.regex());
        written.put("severity", rule.severity().wire());
        written.put("on_violation", rule.effect().wire());
        written.put("reason", rule.reason());
        written.put("context_requires", pattern == null ? null : pattern.contextRequires());
        written.put("confidence", rule.confidence());
        if (pattern == null) {
            written.put("condition", PolicyJson.write(rule.condition()));
        }
        return written;
    }
}
