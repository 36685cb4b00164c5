package io.countersign.web.admin;

import io.countersign.command.principal.api.Role;
import io.countersign.web.security.Caller;
import org.springframework.security.access.AccessDeniedException;

/** Keeps a page from those who may not use it. The aggregates check again. */
final class Caution {

    private Caution() {}

    static void analyst(Caller caller) {
        if (!caller.atLeast(Role.ANALYST)) {
            throw new AccessDeniedException("This takes the role analyst.");
        }
    }

    static void admin(Caller caller) {
        if (!caller.atLeast(Role.ADMIN)) {
            throw new AccessDeniedException("This takes the role admin.");
        }
    }
}
