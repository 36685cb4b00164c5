package io.countersign.web.security;

import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Role;
import io.countersign.query.action.api.Reader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Who is calling, from authentication alone, as the directory knew them when this request began.
 *
 * <p>A controller takes it as {@code @AuthenticationPrincipal Caller caller}.
 *
 * @param name what people call it
 * @param role null for an agent
 * @param origin the channel: {@code api} or {@code console}
 */
public record Caller(String principalId, String workspace, String name, @Nullable Role role, String origin) {

    /** Came with an API key or with HTTP Basic. */
    public static final String API = "api";

    /** Came with a session of the console. */
    public static final String CONSOLE = "console";

    /** The caller of the current request. Empty outside a request and before authentication. */
    public static Optional<Caller> current() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return authentication != null && authentication.getPrincipal() instanceof Caller caller ? Optional.of(caller) : Optional.empty();
    }

    static Caller of(Principal principal, String origin) {
        Role role = switch (principal) {
            case Principal.Person person -> person.role();
            case Principal.Agent agent -> null;
        };
        return new Caller(principal.id(), principal.workspace(), principal.name(), role, origin);
    }

    /** True for an agent: it asks, and can never decide. */
    public boolean isAgent() {
        return role == null;
    }

    /** True for a person with this role or a stronger one. */
    public boolean atLeast(Role minimum) {
        return role != null && role.atLeast(minimum);
    }

    /** The same caller as the views know one. */
    public Reader toReader() {
        return new Reader(principalId, workspace, role);
    }
}
