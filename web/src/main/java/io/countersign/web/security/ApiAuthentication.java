package io.countersign.web.security;

import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.KeyScope;
import io.countersign.command.principal.api.Principal;
import io.countersign.web.security.ApiKeys.ApiKey;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Authenticates one call of the API: an agent by its key, a person by HTTP Basic. Nothing is kept between calls. */
final class ApiAuthentication extends OncePerRequestFilter {

    private static final String REFUSED = "These credentials are not valid, or no longer. Send \"Authorization: Bearer\" with an API key.";

    private final Credentials credentials;
    private final KeyRates rates;
    private final SecurityProblems problems;

    ApiAuthentication(Credentials credentials, KeyRates rates, SecurityProblems problems) {
        this.credentials = credentials;
        this.rates = rates;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            chain.doFilter(request, response);
            return;
        }
        Optional<CallerAuthentication> caller;
        try {
            caller = authenticate(header.strip(), request, response);
        } catch (Credentials.Throttled throttled) {
            response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(Tries.WINDOW.toSeconds()));
            problems.write(request, response, HttpStatus.TOO_MANY_REQUESTS, "rate_limited", throttled.getMessage());
            return;
        } catch (Passwords.Overloaded overloaded) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "5");
            problems.write(request, response, HttpStatus.SERVICE_UNAVAILABLE, "overloaded", overloaded.getMessage());
            return;
        } catch (Refused refused) {
            response.setHeader(HttpHeaders.RETRY_AFTER, "5");
            problems.write(request, response, HttpStatus.SERVICE_UNAVAILABLE, refused.code().code(), refused.getMessage());
            return;
        }
        if (response.isCommitted()) {
            return;
        }
        if (caller.isEmpty()) {
            unauthenticated(request, response, REFUSED);
            return;
        }
        SecurityContext context = SecurityContextHolder.createEmptyContext();
        context.setAuthentication(caller.get());
        SecurityContextHolder.setContext(context);
        chain.doFilter(request, response);
    }

    /** Answers 401. Never a Basic challenge: a browser would ask for a password and remember it. */
    void unauthenticated(HttpServletRequest request, HttpServletResponse response, String message) throws IOException {
        response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"countersign\"");
        problems.write(request, response, HttpStatus.UNAUTHORIZED, "unauthenticated", message);
    }

    private Optional<CallerAuthentication> authenticate(String header, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String scheme = header.contains(" ") ? header.substring(0, header.indexOf(' ')).toLowerCase(Locale.ROOT) : "";
        String value = header.substring(scheme.length()).strip();
        return switch (scheme) {
            case "bearer" -> byKey(value, request, response);
            case "basic" -> byPassword(value, request).map(person -> new CallerAuthentication(Caller.of(person, Caller.API)));
            default -> Optional.empty();
        };
    }

    private Optional<CallerAuthentication> byKey(String text, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<ApiKey> key = ApiKeys.parse(text);
        Optional<Principal.Agent> agent = key.flatMap(known -> credentials.agent(known, request.getRemoteAddr()));
        if (agent.isPresent() && rates.limited()) {
            KeyRates.Usage usage = rates.call(key.get().id());
            response.setHeader("RateLimit-Limit", Integer.toString(usage.limit()));
            response.setHeader("RateLimit-Remaining", Long.toString(usage.remaining()));
            if (usage.retryAfterSeconds() > 0) {
                response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(usage.retryAfterSeconds()));
                problems.write(request, response, HttpStatus.TOO_MANY_REQUESTS, "rate_limited",
                        "This key may make " + usage.limit() + " calls a minute. Try again in " + usage.retryAfterSeconds() + " s.",
                        Map.of("usage", Map.of("limit", usage.limit(), "used", usage.limit() - usage.remaining(), "window_seconds",
                                KeyRates.WINDOW.toSeconds()), "retry_after", usage.retryAfterSeconds()));
                response.flushBuffer();
            }
        }
        return agent.map(known -> {
            Caller caller = Caller.of(known, Caller.API);
            return isForWork(known, key.get()) ? CallerAuthentication.worker(caller) : new CallerAuthentication(caller);
        });
    }

    private static boolean isForWork(Principal.Agent agent, ApiKey used) {
        return agent.keys().stream().anyMatch(key -> key.id().equals(used.id()) && key.scope() == KeyScope.WORK);
    }

    private Optional<Principal.Person> byPassword(String encoded, HttpServletRequest request) {
        String decoded;
        try {
            decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
        int colon = decoded.indexOf(':');
        return colon < 1 ? Optional.empty()
                : credentials.person(decoded.substring(0, colon), decoded.substring(colon + 1), request.getRemoteAddr(), Caller.API);
    }
}
