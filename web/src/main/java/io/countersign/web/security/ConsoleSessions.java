package io.countersign.web.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.DeferredSecurityContext;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.stereotype.Component;

/**
 * Remembers in the session only who signed in. What they may do is asked afresh on each request, so a changed role counts at once and a
 * disabled person is out at once.
 */
@Component
final class ConsoleSessions implements SecurityContextRepository {

    /** Session attribute: id of the person. Spring Session finds all sessions of a person by its own index of the same value. */
    static final String PERSON = "countersign.person";
    private static final String PASSWORD_MARK = "countersign.password";

    private final Credentials credentials;

    ConsoleSessions(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public DeferredSecurityContext loadDeferredContext(HttpServletRequest request) {
        return new Lazy(request);
    }

    @Override
    @Deprecated
    public SecurityContext loadContext(HttpRequestResponseHolder holder) {
        return loadDeferredContext(holder.getRequest()).get();
    }

    @Override
    public void saveContext(SecurityContext context, HttpServletRequest request, HttpServletResponse response) {
        if (context.getAuthentication() instanceof CallerAuthentication signedIn) {
            HttpSession session = request.getSession(true);
            session.setAttribute(PERSON, signedIn.getName());
            credentials.signedIn(signedIn.getName()).ifPresent(person -> session.setAttribute(PASSWORD_MARK, credentials.mark(person)));
            session.setMaxInactiveInterval((int) SessionConfiguration.SIGNED_IN.toSeconds());
        } else if (request.getSession(false) instanceof HttpSession session) {
            session.removeAttribute(PERSON);
        }
    }

    @Override
    public boolean containsContext(HttpServletRequest request) {
        return person(request) != null;
    }

    private static @Nullable String person(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return session != null && session.getAttribute(PERSON) instanceof String person ? person : null;
    }

    private SecurityContext load(HttpServletRequest request) {
        String id = person(request);
        return Optional.ofNullable(id).flatMap(credentials::signedIn)
                .filter(person -> credentials.mark(person).equals(request.getSession().getAttribute(PASSWORD_MARK)))
                .<SecurityContext>map(person -> new SecurityContextImpl(new CallerAuthentication(Caller.of(person, Caller.CONSOLE))))
                .orElseGet(SecurityContextHolder::createEmptyContext);
    }

    /** Asks the directory at most once a request, and only when somebody wants to know. */
    private final class Lazy implements DeferredSecurityContext {

        private final HttpServletRequest request;
        private @Nullable SecurityContext loaded;

        private Lazy(HttpServletRequest request) {
            this.request = request;
        }

        @Override
        public SecurityContext get() {
            if (loaded == null) {
                loaded = load(request);
            }
            return loaded;
        }

        @Override
        public boolean isGenerated() {
            return get().getAuthentication() == null;
        }
    }
}
