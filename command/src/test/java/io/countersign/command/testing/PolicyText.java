package io.countersign.command.testing;

import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyJson;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Policies as an administrator writes them. */
public final class PolicyText {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PolicyText() {}

    /** From JSON with single quotes. */
    @SuppressWarnings("unchecked")
    public static PolicyDefinition policy(String json) {
        return PolicyJson.read(JSON.readValue(json.replace('\'', '"'), Map.class));
    }

    /** The first version of a policy with these rules, JSON with single quotes. */
    public static Policy standing(String name, String rules) {
        return standing(name, "", rules);
    }

    /** The same, saying more, such as {@code 'mode': 'shadow',}. */
    public static Policy standing(String name, String more, String rules) {
        PolicyDefinition definition = policy("{'name': '%s', %s 'rules': [%s]}".formatted(name, more, rules));
        return new Policy("p-" + name, People.HERE, 1, definition, false, false, null, null, null);
    }

    /** A policy of this name with one rule that asks a person for every mail. */
    public static PolicyDefinition mail(String name) {
        return mail(name, Map.of());
    }

    /** The same, saying more. */
    public static PolicyDefinition mail(String name, Map<String, Object> more) {
        Map<String, Object> written = new LinkedHashMap<>(PolicyJson.write(policy("""
                {'name': '%s', 'rules': [{'condition': {'type': 'action', 'glob': 'email:*'}, 'effect': 'require_approval'}]}"""
                .formatted(name))));
        written.putAll(more);
        return PolicyJson.read(written);
    }
}
