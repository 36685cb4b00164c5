package io.countersign.command.principal;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.principal.api.KeyScope;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.PrincipalCommand.AddPerson;
import io.countersign.command.principal.api.PrincipalCommand.ChangePassword;
import io.countersign.command.principal.api.PrincipalCommand.ChangeRole;
import io.countersign.command.principal.api.PrincipalCommand.CreateAgent;
import io.countersign.command.principal.api.PrincipalCommand.DisablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.EnablePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.ErasePrincipal;
import io.countersign.command.principal.api.PrincipalCommand.IssueKey;
import io.countersign.command.principal.api.PrincipalCommand.RevokeKey;
import io.countersign.command.principal.api.PrincipalEvent;
import io.countersign.command.principal.api.PrincipalEvent.AgentCreated;
import io.countersign.command.principal.api.PrincipalEvent.AgentIdentity;
import io.countersign.command.principal.api.PrincipalEvent.Credential;
import io.countersign.command.principal.api.PrincipalEvent.ErasureReason;
import io.countersign.command.principal.api.PrincipalEvent.KeyIssued;
import io.countersign.command.principal.api.PrincipalEvent.KeyRevoked;
import io.countersign.command.principal.api.PrincipalEvent.PasswordChanged;
import io.countersign.command.principal.api.PrincipalEvent.PersonAdded;
import io.countersign.command.principal.api.PrincipalEvent.PersonIdentity;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalDisabled;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalEnabled;
import io.countersign.command.principal.api.PrincipalEvent.PrincipalErased;
import io.countersign.command.principal.api.PrincipalEvent.RoleChanged;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.principal.api.Role;
import io.countersign.command.sealing.api.Keyring;
import java.util.HashSet;
import java.util.Set;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.MetaData;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/**
 * A person or an agent. People are managed by admins, owners by owners; everybody may change their own password. The first owner is added
 * by {@link #FIRST_RUN}, once.
 */
@Aggregate(type = "Principal")
class Account {

    /** Acts before there is anybody else. */
    static final String FIRST_RUN = "system:first-run";

    @AggregateIdentifier
    private String id = null; // until the first event names it

    private String workspace = "";
    private @Nullable Role role;
    private boolean enabled;
    private boolean erased;
    private final Set<String> usableKeys = new HashSet<>();
    private final Set<String> keys = new HashSet<>();

    Account() {
        // for Axon
    }

    @CommandHandler
    Account(AddPerson c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Keyring keyring) {
        Laws.mayManage(principals, actor, c.workspace(), c.role());
        String name = Laws.name(c.name());
        String email = Laws.email(c.email());
        if (principals.byEmail(email).isPresent()) {
            throw new Refused(RefusalCode.NAME_EXISTS, "There is already a person with this e-mail address.");
        }
        id = c.principalId();
        keyring.create(id);
        apply(new PersonAdded(c.principalId(), c.workspace(), c.role(),
                keyring.seal(c.principalId(), SealedPlace.PERSON, new PersonIdentity(name, email, c.passwordHash()))),
                MetaData.with("workspace", c.workspace()));
    }

    @CommandHandler
    Account(CreateAgent c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Keyring keyring) {
        Laws.mayManage(principals, actor, c.workspace(), null);
        String name = Laws.name(c.name());
        if (principals.agents(c.workspace()).stream().anyMatch(agent -> agent.name().equalsIgnoreCase(name))) {
            throw new Refused(RefusalCode.NAME_EXISTS, "There is already an agent called " + name + ".");
        }
        Laws.mayAnswer(principals, c.ownerId(), c.workspace());
        id = c.principalId();
        keyring.create(id);
        apply(new AgentCreated(c.principalId(), c.workspace(), c.ownerId(),
                keyring.seal(c.principalId(), SealedPlace.AGENT, new AgentIdentity(name))), MetaData.with("workspace", c.workspace()));
    }

    @CommandHandler
    void decide(ChangeRole c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        mustBeKnownTo(actor, principals);
        Role before = person();
        Laws.mayManage(principals, actor, workspace, before);
        Laws.mayManage(principals, actor, workspace, c.role());
        if (before == Role.OWNER && c.role() != Role.OWNER) {
            Laws.anOwnerRemains(principals, workspace, id);
        }
        if (before != c.role()) {
            happened(new RoleChanged(id, before, c.role()));
        }
    }

    @CommandHandler
    void decide(ChangePassword c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Keyring keyring) {
        mustBeKnownTo(actor, principals);
        Role own = person();
        boolean theirOwn = enabled && id.equals(actor);
        if (!theirOwn) {
            Laws.mayManage(principals, actor, workspace, own);
        }
        happened(new PasswordChanged(id, keyring.seal(id, SealedPlace.PASSWORD, new Credential(c.passwordHash()))));
    }

    @CommandHandler
    void decide(IssueKey c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        mustBeKnownTo(actor, principals);
        agent();
        Laws.mayManage(principals, actor, workspace, null);
        if (keys.contains(c.keyId()) || principals.byKeyId(c.keyId()).isPresent()) {
            throw new Refused(RefusalCode.NAME_EXISTS, "There is already a key with this id.");
        }
        happened(new KeyIssued(id, c.keyId(), c.secretHash(), c.expiresAt(),
                c.scope() == KeyScope.ASK ? null : c.scope()));
    }

    @CommandHandler
    void decide(RevokeKey c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        mustBeKnownTo(actor, principals);
        agent();
        Laws.mayManage(principals, actor, workspace, null);
        if (!keys.contains(c.keyId())) {
            throw new Refused(RefusalCode.NOT_FOUND, "This agent has no such key.");
        }
        if (usableKeys.contains(c.keyId())) {
            happened(new KeyRevoked(id, c.keyId()));
        }
    }

    @CommandHandler
    void decide(DisablePrincipal c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        mustBeKnownTo(actor, principals);
        Laws.mayManage(principals, actor, workspace, role);
        if (id.equals(actor)) {
            throw new Refused(RefusalCode.FORBIDDEN, "You cannot disable yourself; ask another admin.");
        }
        if (role == Role.OWNER) {
            Laws.anOwnerRemains(principals, workspace, id);
        }
        if (enabled) {
            happened(new PrincipalDisabled(id));
        }
    }

    @CommandHandler
    void decide(EnablePrincipal c, @MetaDataValue("actor") @Nullable String actor, Principals principals) {
        mustBeKnownTo(actor, principals);
        Laws.mayManage(principals, actor, workspace, role);
        mustNotBeErased();
        if (!enabled) {
            happened(new PrincipalEnabled(id));
        }
    }

    @CommandHandler
    boolean decide(ErasePrincipal c, @MetaDataValue("actor") @Nullable String actor, Principals principals, Keyring keyring) {
        mustBeKnownTo(actor, principals);
        Laws.mayManage(principals, actor, workspace, role);
        if (id.equals(actor)) {
            throw new Refused(RefusalCode.FORBIDDEN, "You cannot erase yourself; ask another admin.");
        }
        if (role == Role.OWNER && !erased) {
            Laws.anOwnerRemains(principals, workspace, id);
        }
        String reason = Laws.reason(c.reason());
        if (erased) {
            return false;
        }
        String key = SealedPlace.ERASED + "/" + id;
        keyring.create(key);
        keyring.destroy(id);
        happened(new PrincipalErased(id, keyring.seal(key, SealedPlace.ERASED, new ErasureReason(reason))));
        return true;
    }

    private void mustNotBeErased() {
        if (erased) {
            throw new Refused(RefusalCode.ERASED, "Nobody knows any more who this was, so nothing can be changed.");
        }
    }

    private void happened(PrincipalEvent event) {
        apply(event, MetaData.with("workspace", workspace));
    }

    /** In another workspace nobody learns that this account exists. */
    private void mustBeKnownTo(@Nullable String actor, Principals principals) {
        boolean stranger = principals.byId(actor == null ? "" : actor).filter(known -> !known.workspace().equals(workspace)).isPresent();
        if (stranger) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is nothing with this id.");
        }
    }

    private Role person() {
        if (role == null) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such person.");
        }
        mustNotBeErased();
        return role;
    }

    private void agent() {
        if (role != null) {
            throw new Refused(RefusalCode.NOT_FOUND, "There is no such agent.");
        }
        mustNotBeErased();
    }

    @EventSourcingHandler
    void evolve(PrincipalEvent event) {
        switch (event) {
            case PersonAdded e -> begin(e.principalId(), e.workspace(), e.role());
            case AgentCreated e -> begin(e.principalId(), e.workspace(), null);
            case RoleChanged e -> role = e.to();
            case PasswordChanged e -> { /* the directory keeps it */ }
            case KeyIssued e -> {
                keys.add(e.keyId());
                usableKeys.add(e.keyId());
            }
            case KeyRevoked e -> usableKeys.remove(e.keyId());
            case PrincipalDisabled e -> enabled = false;
            case PrincipalEnabled e -> enabled = true;
            case PrincipalErased e -> {
                erased = true;
                enabled = false;
                usableKeys.clear();
            }
        }
    }

    private void begin(String principalId, String in, @Nullable Role as) {
        id = principalId;
        workspace = in;
        role = as;
        enabled = true;
    }

    /** The laws of who may manage whom, and of names. */
    private static final class Laws {

        static void mayManage(Principals principals, @Nullable String actor, String workspace, @Nullable Role subject) {
            if (FIRST_RUN.equals(actor)) {
                return; // only the process itself can say so: actors come from authentication
            }
            Person person = principals.byId(actor == null ? "" : actor).filter(Person.class::isInstance).map(Person.class::cast)
                    .filter(Person::enabled).filter(p -> p.workspace().equals(workspace))
                    .orElseThrow(() -> new Refused(RefusalCode.FORBIDDEN, "Only an admin of this workspace can do this."));
            Role needed = subject == Role.OWNER ? Role.OWNER : Role.ADMIN;
            if (!person.role().atLeast(needed)) {
                throw new Refused(RefusalCode.INSUFFICIENT_ROLE, needed == Role.OWNER ? "Only an owner can manage owners."
                        : "Only an admin can manage people and agents.");
            }
        }

        static void mayAnswer(Principals principals, @Nullable String ownerId, String workspace) {
            boolean here = ownerId == null || principals.byId(ownerId).filter(Person.class::isInstance)
                    .filter(owner -> owner.workspace().equals(workspace)).isPresent();
            if (!here) {
                throw new Refused(RefusalCode.VALIDATION_ERROR, "Only a person of this workspace can answer for an agent.");
            }
        }

        static void anOwnerRemains(Principals principals, String workspace, String leaving) {
            boolean another = principals.people(workspace).stream()
                    .anyMatch(p -> p.role() == Role.OWNER && p.enabled() && !p.id().equals(leaving));
            if (!another) {
                throw new Refused(RefusalCode.FORBIDDEN, "The last owner cannot go. Make somebody else an owner first.");
            }
        }

        static String name(String name) {
            String trimmed = name.strip();
            if (trimmed.isEmpty() || trimmed.length() > 100 || trimmed.chars().anyMatch(Character::isISOControl)) {
                throw new Refused(RefusalCode.VALIDATION_ERROR, "A name has 1 to 100 characters and no control characters.");
            }
            return trimmed;
        }

        static String reason(String reason) {
            String trimmed = reason.strip();
            if (trimmed.isEmpty() || trimmed.length() > 1_000) {
                throw new Refused(RefusalCode.VALIDATION_ERROR, "Say why in 1 to 1,000 characters, in a word that may be kept.");
            }
            return trimmed;
        }

        static String email(String email) {
            String trimmed = email.strip();
            if (trimmed.length() > 254 || !trimmed.matches("[^@\\s,;<>\"()\\[\\]]+@[^@\\s,;<>\"()\\[\\]]+")) {
                throw new Refused(RefusalCode.VALIDATION_ERROR, "That is not one e-mail address.");
            }
            return trimmed;
        }
    }
}
