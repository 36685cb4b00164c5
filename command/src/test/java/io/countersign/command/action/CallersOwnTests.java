package io.countersign.command.action;

import static io.countersign.command.action.ActionFixture.switchedOff;
import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.Refusal.refused;

import io.countersign.command.action.api.ActionCommand.ConsumeGrant;
import io.countersign.command.action.api.ActionCommand.RequestAuthorization;
import io.countersign.command.action.api.ActionCommand.RevokeApproval;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.ActionEvent.GrantConsumed;
import io.countersign.command.action.api.ActionEvent.GrantExpired;
import io.countersign.command.action.api.ActionEvent.GrantIssued;
import io.countersign.command.action.api.ActionEvent.GrantRevoked;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.killswitch.api.SwitchScope;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CallersOwnTests {

    private final ActionFixture fixture = new ActionFixture();

    private static RequestAuthorization ask(String action) {
        return new RequestAuthorization(request(SCOUT, action, "{\"anything\":[1,2]}"));
    }

    private static Terms callers() {
        Terms terms = manual();
        return new Terms(terms.tier(), terms.mode(), terms.profile(), Execution.CALLER, terms.executionClass(), terms.timeoutMillis(),
                terms.onTimeout(), terms.reversible(), terms.scope(), terms.source(), terms.catalogueVersion());
    }

    private static ActionRequested requestedUnknown() {
        ActionRequested known = requested(callers());
        return new ActionRequested(known.actionId(), known.workspace(), known.requesterId(), known.agentOwnerId(), known.origin(),
                "github:merge_pr", "github", "merge_pr", known.payloadDigest(), known.conversationId(), known.forceApproval(), known.terms(),
                known.content());
    }

    @Nested
    class Given_nothing_yet {

        @Test
        void what_the_catalogue_does_not_know_is_judged_and_left_to_the_caller() {
            fixture.atNoon().when(ask("github:merge_pr")).expectEventsMatching(exactly(
                    some(ActionRequested.class, e -> e.terms().execution() == Execution.CALLER && e.connector().equals("github")
                            && e.operation().equals("merge_pr")),
                    some(ActionAutoApproved.class)));
        }

        @Test
        void what_the_catalogue_knows_is_done_here() {
            fixture.atNoon().when(new RequestAuthorization(request(SCOUT, "note:add", PARAMS))).expectEventsMatching(exactly(
                    some(ActionRequested.class, e -> e.terms().execution() == Execution.GATEWAY), some(ActionAutoApproved.class)));
        }

        @Test
        void what_is_switched_off_is_unknown_all_the_same() {
            fixture.with(switchedOff("github:merge_pr")).atNoon().when(ask("github:merge_pr"))
                    .expectNoEvents().expectException(refused(RefusalCode.ACTION_UNKNOWN));
        }

        @Test
        void a_name_without_connector_is_malformed() {
            fixture.atNoon().when(ask("merge")).expectNoEvents().expectException(refused(RefusalCode.VALIDATION_ERROR));
        }
    }

    @Nested
    class Given_it_is_cleared {

        @Test
        void the_caller_gets_a_grant_and_nothing_runs_here() {
            fixture.atNoon().andGiven(requestedUnknown(), approvalRequired(), approved().by(BEN)).when(startAfter(0))
                    .expectEvents(new GrantIssued(ID, NOON.plus(WINDOW), 1)).expectResultMessagePayload(null);
        }

        @Test
        void a_kill_switch_holds_the_grant_back() {
            fixture.with(thrown(SwitchScope.EVERYTHING, "")).atNoon().andGiven(requestedUnknown(), approvalRequired(), approved().by(BEN))
                    .when(startAfter(0)).expectEvents(held("everything"));
        }
    }

    @Nested
    class Given_a_grant {

        @Test
        void it_runs_out_with_its_time() {
            fixture.at(NOON.plus(WINDOW)).andGiven(requestedUnknown(), autoApproved(), new GrantIssued(ID, NOON.plus(WINDOW), 1)).when(expire())
                    .expectEvents(new GrantExpired(ID)).expectResultMessagePayload(true);
        }

        @Test
        void the_requester_uses_it_once() {
            fixture.atNoon().andGiven(requestedUnknown(), autoApproved(), new GrantIssued(ID, NOON.plus(WINDOW), 1))
                    .when(new ConsumeGrant(ID, HERE, SCOUT.id())).expectEvents(new GrantConsumed(ID, SCOUT.id(), 1, true))
                    .expectResultMessagePayload(0);
            fixture.atNoon().andGiven(requestedUnknown(), autoApproved(), new GrantIssued(ID, NOON.plus(WINDOW), 1),
                            new GrantConsumed(ID, SCOUT.id(), 1, true)).when(new ConsumeGrant(ID, HERE, SCOUT.id())).expectNoEvents()
                    .expectException(refused(RefusalCode.ALREADY_RESOLVED).telling("current_status", "consumed"));
        }

        @Test
        void nobody_else_uses_it_and_nobody_too_late_or_while_a_switch_is_thrown() {
            fixture.atNoon().andGiven(requestedUnknown(), autoApproved(), new GrantIssued(ID, NOON.plus(WINDOW), 1))
                    .when(new ConsumeGrant(ID, HERE, BEN.id())).expectNoEvents().expectException(refused(RefusalCode.FORBIDDEN));
            fixture.at(NOON.plus(WINDOW)).andGiven(requestedUnknown(), autoApproved(), new GrantIssued(ID, NOON.plus(WINDOW), 1))
                    .when(new ConsumeGrant(ID, HERE, SCOUT.id())).expectNoEvents().expectException(refused(RefusalCode.EXPIRED));
            fixture.with(thrown(SwitchScope.EVERYTHING, "")).atNoon()
                    .andGiven(requestedUnknown(), autoApproved(), new GrantIssued(ID, NOON.plus(WINDOW), 1))
                    .when(new ConsumeGrant(ID, HERE, SCOUT.id())).expectNoEvents().expectException(refused(RefusalCode.FROZEN));
        }

        @Test
        void a_person_takes_it_back() {
            fixture.atNoon().andGiven(requestedUnknown(), autoApproved(), new GrantIssued(ID, NOON.plus(WINDOW), 1))
                    .when(new RevokeApproval(ID, HERE, BEN.id())).expectEvents(new GrantRevoked(ID, BEN.id()));
        }

        @Test
        void it_stands_until_then() {
            fixture.at(NOON.plusSeconds(1)).andGiven(requestedUnknown(), autoApproved(), new GrantIssued(ID, NOON.plus(WINDOW), 1)).when(expire())
                    .expectNoEvents().expectResultMessagePayload(false);
        }
    }
}
