package io.countersign.command.principal.api;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.Principal.Person;
import org.jspecify.annotations.Nullable;

/** Who may change what is allowed. */
public final class Authority {

    private Authority() {}

    /**
     * The actor, when it is an admin of this workspace.
     *
     * @throws Refused {@code forbidden} or {@code insufficient_role} otherwise
     */
    public static String admin(Principals principals, @Nullable String actor, String workspace) {
        Person person = principals.byId(actor == null ? "" : actor).filter(Person.class::isInstance).map(Person.class::cast)
                .filter(Person::enabled).filter(known -> known.workspace().equals(workspace))
                .orElseThrow(() -> new Refused(RefusalCode.FORBIDDEN, "Only an admin of this workspace can do this."));
        if (!person.role().atLeast(Role.ADMIN)) {
            throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "This takes the role admin.");
        }
        return person.id();
    }
}
