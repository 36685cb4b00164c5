package io.countersign.executors.http;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.outbound.Credential;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One operation of a connector, as the catalogue offers it. */
final class OperationType implements ActionType {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Operation operation;

    OperationType(Operation operation) {
        this.operation = operation;
    }

    @Override
    public String name() {
        return operation.name();
    }

    @Override
    public String connector() {
        return operation.connector();
    }

    @Override
    public String description() {
        return operation.description();
    }

    @Override
    public String parametersSchema() {
        var schema = JSON.createObjectNode().put("$schema", "https://json-schema.org/draft/2020-12/schema").put("type", "object");
        schema.set("properties", operation.params());
        schema.set("required", operation.required());
        return schema.put("additionalProperties", false).toString();
    }

    @Override
    public ApprovalMode defaultMode() {
        return ApprovalMode.MANUAL;
    }

    @Override
    public String scope() {
        return "external";
    }

    @Override
    public ExecutionClass executionClass() {
        return operation.executionClass();
    }

    @Override
    public boolean needsEntry() {
        return true;
    }

    @Override
    public List<String> usualSecrets() {
        return List.of(operation.secret());
    }

    @Override
    public Set<String> settings() {
        Set<String> keys = new HashSet<>(operation.settings());
        keys.add(HttpType.BASE_URL);
        keys.add(Credential.KEY);
        return keys;
    }

    @Override
    public Map<String, String> configFaults(Map<String, String> config) {
        Map<String, String> faults = new HashMap<>();
        operation.settings().stream().filter(key -> config.getOrDefault(key, "").isBlank()).forEach(key -> faults.put(key, "is required"));
        if (config.containsKey(HttpType.BASE_URL) && HttpType.uri(config.get(HttpType.BASE_URL)).map(URI::getHost).isEmpty()) {
            faults.put(HttpType.BASE_URL, "must be an address with a host");
        }
        return faults;
    }

    @Override
    public Description describe(JsonNode params) {
        String summary = Operation.filled(operation.summary(), params::get, false);
        String target = Operation.filled(operation.target(), params::get, false);
        return new Description(summary.substring(0, Math.min(300, summary.length())), target.substring(0, Math.min(500, target.length())));
    }
}
