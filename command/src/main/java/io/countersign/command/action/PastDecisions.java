package io.countersign.command.action;

import io.countersign.command.budget.api.Reservations;
import io.countersign.command.budget.api.Supply;
import io.countersign.command.evaluation.api.Rulebooks;
import io.countersign.command.sealing.api.Keyring;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * What people decided before about the same: what one requester asked for by one name, with one target. It is counted in the append of each
 * decision, as soon as a policy in force names it, in windows that never renew; they are known by a digest that nobody can guess.
 */
@Component
class PastDecisions {

    static final String NAMESPACE = "history";

    private final Rulebooks rulebooks;
    private final Reservations reservations;
    private final Keyring keyring;

    PastDecisions(Rulebooks rulebooks, Reservations reservations, Keyring keyring) {
        this.rulebooks = rulebooks;
        this.reservations = reservations;
        this.keyring = keyring;
    }

    /**
     * The same for who is asked and who asks.
     *
     * @param action name of the entry it was asked for through, else of the type
     */
    record Case(String workspace, String requesterId, String action, String target) {}

    /** As known now: a decision that is made at this very moment may be missing. */
    Map<String, Object> of(Case asked, Instant now) {
        long approvals = reservations.used(supply(asked, true), now);
        long denials = reservations.used(supply(asked, false), now);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("approved_before", approvals > 0);
        facts.put("denied_before", denials > 0);
        facts.put("approvals", approvals);
        facts.put("denials", denials);
        return facts;
    }

    /** A person has decided; within the command that decides. */
    void decided(Case asked, boolean approved, String actionId, Instant now) {
        if (rulebooks.rulebook(asked.workspace(), asked.requesterId()).names(NAMESPACE)) {
            reservations.reserve(supply(asked, approved), now, actionId, 1, Long.MAX_VALUE);
        }
    }

    private Supply supply(Case asked, boolean approved) {
        String which = keyring.blind("history\n" + asked.requesterId() + '\n' + asked.action() + '\n' + asked.target());
        return new Supply(asked.workspace(), "history/" + (approved ? "approved/" : "denied/") + which, new Supply.Span.Ever());
    }
}
