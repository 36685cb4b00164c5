package io.countersign.command.policy;

import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The policies that come with the product: always in force, asked last, changed by nobody. What they say changes with a release, and then
 * their version goes up, so that a stored verdict names what judged it.
 */
final class BuiltIns {

    /** Version of all that is said in them. */
    static final long VERSION = 1;

    static final String ID = "builtin:";

    static final List<Policy> ALL = Stream.of("financial-safety", "data-exfiltration", "content-screening").map(BuiltIns::read).toList();

    private BuiltIns() {}

    private static Policy read(String file) {
        try (InputStream in = Objects.requireNonNull(BuiltIns.class.getResourceAsStream("/policies/" + file + ".json"), file)) {
            Map<String, Object> written = JsonMapper.shared().readValue(in, new TypeReference<>() {});
            var definition = PolicyJson.read(written);
            return new Policy(ID + definition.name(), "", VERSION, definition, false, true, null, null, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
