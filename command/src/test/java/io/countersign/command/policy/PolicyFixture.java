package io.countersign.command.policy;

import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyJson;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Policies as an administrator writes them. */
final class PolicyFixture {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private PolicyFixture() {}

    /** From JSON with single quotes. */
    @SuppressWarnings("unchecked")
    static PolicyDefinition policy(String json) {
        return PolicyJson.read(JSON.readValue(json.replace('\'', '"'), Map.class));
    }

    /** A policy of this name with one rule that asks a person for every mail. */
    static PolicyDefinition mail(String name) {
        return mail(name, Map.of());
    }

    /** The same, saying more. */
    static PolicyDefinition mail(String name, Map<String, Object> more) {
        Map<String, Object> written = new LinkedHashMap<>(PolicyJson.write(policy("""
                {'name': '%s', 'rules': [{'condition': {'type': 'action', 'glob': 'email:*'}, 'effect': 'require_approval'}]}"""
                .formatted(name))));
        written.putAll(more);
        return PolicyJson.read(written);
    }
}
