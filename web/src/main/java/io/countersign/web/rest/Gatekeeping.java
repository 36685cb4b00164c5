package io.countersign.web.rest;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Role;
import io.countersign.web.security.Caller;

/** Keeps callers from what is not theirs, before anything of the request is read. The aggregates check again. */
final class Gatekeeping {

    private Gatekeeping() {}

    /** Agents ask; they look at nothing but their own. */
    static void person(Caller caller) {
        if (caller.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "Agents ask; this is for people.");
        }
    }

    static void admin(Caller caller) {
        person(caller);
        if (!caller.atLeast(Role.ADMIN)) {
            throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "This takes the role admin.");
        }
    }
}
