package io.countersign.executors.outbound;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The hosts inside the house that may be called, also by plain http.
 *
 * @param hosts {@code host:port}, in small letters
 */
record PrivateHosts(Set<String> hosts) {

    private static final Pattern HOST_AND_PORT = Pattern.compile("(?:[a-z0-9._-]+|\\[[0-9a-f:.]+]):([0-9]{1,5})");

    /**
     * Reads a comma list.
     *
     * @throws IllegalArgumentException with a sentence that says what to set
     */
    static PrivateHosts parse(String list) {
        var hosts = new TreeSet<String>();
        for (var entry : list.split(",")) {
            var host = entry.strip().toLowerCase(Locale.ROOT);
            if (host.isEmpty()) {
                continue;
            }
            var match = HOST_AND_PORT.matcher(host);
            if (!match.matches() || Integer.parseInt(match.group(1)) > 65_535) {
                throw new IllegalArgumentException("COUNTERSIGN_HTTP_ALLOW_PRIVATE holds \"" + entry.strip()
                        + "\". Set it to a comma list of host:port, such as localhost:8025,10.0.0.7:443.");
            }
            hosts.add(host);
        }
        return new PrivateHosts(Set.copyOf(hosts));
    }

    boolean contains(URI uri) {
        return contains(uri.getHost(), port(uri));
    }

    boolean contains(String host, int port) {
        return hosts.contains(host.toLowerCase(Locale.ROOT) + ":" + port);
    }

    private static int port(URI uri) {
        if (uri.getPort() != -1) {
            return uri.getPort();
        }
        return "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
    }
}
