package io.countersign.web.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets a trusted proxy say who the client is and whether it came by https. From anybody else these headers mean nothing. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ForwardedRequests extends OncePerRequestFilter {

    private final TrustedProxies proxies;

    ForwardedRequests(SecuritySettings settings) {
        this.proxies = TrustedProxies.parse(settings.trustedProxies())
                .orElseThrow(() -> new IllegalArgumentException("COUNTERSIGN_TRUSTED_PROXIES holds what is no address and no network"));
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(proxies.trusts(request.getRemoteAddr()) ? new Forwarded(request, proxies) : request, response);
    }

    private static final class Forwarded extends HttpServletRequestWrapper {

        private final String client;
        private final boolean secure;

        private Forwarded(HttpServletRequest request, TrustedProxies proxies) {
            super(request);
            List<String> hops = Collections.list(request.getHeaders("X-Forwarded-For"));
            this.client = hops.isEmpty() ? request.getRemoteAddr() : proxies.client(request.getRemoteAddr(), hops);
            String scheme = request.getHeader("X-Forwarded-Proto");
            this.secure = scheme == null ? request.isSecure() : scheme.strip().equalsIgnoreCase("https");
        }

        @Override
        public String getRemoteAddr() {
            return client;
        }

        @Override
        public String getRemoteHost() {
            return client;
        }

        @Override
        public boolean isSecure() {
            return secure;
        }

        @Override
        public String getScheme() {
            return secure ? "https" : "http";
        }
    }
}
