package io.countersign.web.security;

import io.countersign.command.principal.api.Role;
import java.io.Serial;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** A caller whose credentials were verified. A person holds the authority of every role up to their own; an agent holds {@code AGENT}. */
final class CallerAuthentication extends AbstractAuthenticationToken {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final String WORKER = "WORKER";

    private final transient Caller caller;

    CallerAuthentication(Caller caller) {
        this(caller, authorities(caller.role()));
    }

    private CallerAuthentication(Caller caller, Collection<GrantedAuthority> authorities) {
        super(authorities);
        this.caller = caller;
        setAuthenticated(true);
    }

    /** An agent whose key is for work outside: it holds {@code WORKER} and nothing else. */
    static CallerAuthentication worker(Caller caller) {
        return new CallerAuthentication(caller, List.of(new SimpleGrantedAuthority(WORKER)));
    }

    boolean isForWork() {
        return getAuthorities().stream().anyMatch(held -> WORKER.equals(held.getAuthority()));
    }

    private static Collection<GrantedAuthority> authorities(@Nullable Role role) {
        if (role == null) {
            return List.of(new SimpleGrantedAuthority("AGENT"));
        }
        return Stream.of(Role.values()).filter(role::atLeast)
                .<GrantedAuthority>map(held -> new SimpleGrantedAuthority("ROLE_" + held.name())).toList();
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    @Override
    public @Nullable Object getCredentials() {
        return null;
    }

    @Override
    public String getName() {
        return caller.principalId();
    }
}
