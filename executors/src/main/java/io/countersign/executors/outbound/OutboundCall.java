package io.countersign.executors.outbound;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to the outside.
 *
 * @param method in capitals, such as {@code POST}
 * @param uri absolute, with the host in plain letters, without user info
 * @param headers by name; a value with a control character is refused
 * @param body JSON as text, sent as UTF-8; null for none
 */
public record OutboundCall(String method, URI uri, Map<String, String> headers, @Nullable String body) {

    public OutboundCall {
        headers = Map.copyOf(headers);
    }

    /** Where to, and nothing else: headers hold secrets. */
    @Override
    public String toString() {
        return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }
}
