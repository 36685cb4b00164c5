package io.countersign.web.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/**
 * The proxies whose word about the client is believed, by address.
 *
 * @param networks single addresses are networks of one
 */
public record TrustedProxies(List<IpAddressMatcher> networks) {

    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|(?=.*:)[0-9A-Fa-f:.]{2,45}");

    /** Reads addresses and networks such as {@code 10.0.0.5}, {@code 10.0.0.0/8} or {@code fd00::/8}; empty when one is none. */
    public static Optional<TrustedProxies> parse(List<String> texts) {
        List<IpAddressMatcher> networks = new ArrayList<>();
        for (String text : texts) {
            String network = text.strip();
            int slash = network.indexOf('/');
            if (!ADDRESS.matcher(slash < 0 ? network : network.substring(0, slash)).matches()) {
                return Optional.empty();
            }
            try {
                networks.add(new IpAddressMatcher(network));
            } catch (IllegalArgumentException malformed) {
                return Optional.empty();
            }
        }
        return Optional.of(new TrustedProxies(List.copyOf(networks)));
    }

    boolean trusts(String address) {
        return networks.stream().anyMatch(network -> network.matches(address));
    }

    /**
     * The client behind a chain of proxies. Read from its end, because only what a trusted proxy added is known to be true: the first address
     * that is not a trusted proxy's is the client's.
     *
     * @param peer the address that called us
     * @param forwardedFor the values of {@code X-Forwarded-For}, in order
     */
    String client(String peer, List<String> forwardedFor) {
        List<String> hops = List.of(String.join(",", forwardedFor).split(","));
        String client = peer;
        for (int i = hops.size() - 1; i >= 0 && trusts(client); i--) {
            String hop = bare(hops.get(i).strip());
            if (!ADDRESS.matcher(hop).matches()) {
                break;
            }
            client = hop;
        }
        return client;
    }

    /** Some proxies add a port, or brackets. */
    private static String bare(String hop) {
        if (hop.startsWith("[") && hop.contains("]")) {
            return hop.substring(1, hop.indexOf(']')).toLowerCase(Locale.ROOT);
        }
        int colon = hop.indexOf(':');
        return colon > 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop.toLowerCase(Locale.ROOT);
    }
}
