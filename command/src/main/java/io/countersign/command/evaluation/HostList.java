package io.countersign.command.evaluation;

import java.net.IDN;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Exact hosts, and domains with all below them. Compares names, never parts of names. */
final class HostList {

    private final Set<String> exact = new HashSet<>();
    private final Set<String> domains = new HashSet<>();
    private final boolean all;

    private HostList(List<String> hosts, boolean below) {
        for (String host : hosts) {
            String name = host.startsWith("*.") ? host.substring(2) : host;
            for (String form : spellings(name)) {
                if (below || host.startsWith("*.")) {
                    domains.add(form);
                } else {
                    exact.add(form);
                }
            }
        }
        all = hosts.contains("*");
    }

    /** {@code example.com} is that host alone, {@code *.example.com} the domain and all below it. */
    static HostList of(List<String> hosts) {
        return new HostList(hosts, false);
    }

    /** Each is a domain with all below it. */
    static HostList domains(List<String> hosts) {
        return new HostList(hosts, true);
    }

    /** A name as it is written, and as it goes over the wire. */
    static List<String> spellings(String name) {
        if (Text.isPlain(name)) {
            String lower = name.toLowerCase(Locale.ROOT);
            return lower.equals(name) ? List.of(name) : List.of(name, lower);
        }
        try {
            return List.of(name, IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return List.of(name); // no name that could be looked up
        }
    }

    /** A name for people, who cannot see which alphabet its letters come from. */
    static String shown(String host) {
        List<String> forms = spellings(host);
        return Text.isPlain(host) || forms.size() == 1 ? host : host + " (" + forms.getLast() + ")";
    }

    boolean holds(String host) {
        if (all || exact.contains(host) || domains.contains(host)) {
            return true;
        }
        for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
            if (domains.contains(host.substring(dot + 1))) {
                return true;
            }
        }
        return false;
    }
}
