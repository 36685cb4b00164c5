package io.countersign.web.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Serves only requests that name this service: a web page whose name was made to resolve to this machine (DNS rebinding) is turned away.
 * Probes are let through, because they come by address.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class HostAllowList extends OncePerRequestFilter {

    private static final Set<String> PROBES = Set.of("/livez", "/readyz");

    private final Set<String> names;
    private final SecurityProblems problems;

    HostAllowList(SecuritySettings settings, SecurityProblems problems) {
        this.names = Stream.concat(Stream.of("localhost", "127.0.0.1", "::1", settings.bind()), settings.publicHosts().stream())
                .map(HostAllowList::bare).collect(Collectors.toUnmodifiableSet());
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return PROBES.contains(request.getRequestURI());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (names.contains(bare(request.getServerName()))) {
            chain.doFilter(request, response);
        } else {
            problems.write(request, response, HttpStatus.MISDIRECTED_REQUEST, "host_unknown",
                    "This service does not answer to this host name. Add the name to COUNTERSIGN_PUBLIC_HOSTS if it should.");
        }
    }

    private static String bare(String host) {
        String name = host.strip().toLowerCase(Locale.ROOT);
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }
}
