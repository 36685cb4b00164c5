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

    private final transient Caller caller;

    CallerAuthentication(Caller caller) {
        super(authorities(caller.role()));
        this.caller = caller;
        setAuthenticated(true);
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
