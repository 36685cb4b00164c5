package io.countersign.command.action;

import static io.countersign.command.action.ActionFixture.mode;
import static io.countersign.command.action.ActionFixture.setting;
import static io.countersign.command.action.ActionFixture.switchedOff;
import static io.countersign.command.action.ActionMessages.*;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.EVE;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.Refusal.refused;
import static org.axonframework.test.matchers.Matchers.matches;
import static org.hamcrest.Matchers.containsString;

import io.countersign.command.action.api.ActionCommand.EvaluateAction;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionAutoApproved;
import io.countersign.command.action.api.ActionEvent.ActionBlocked;
import io.countersign.command.action.api.ActionEvent.ActionDelayed;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.settings.api.ActionSettings.Entry;
import io.countersign.command.testing.Letter;
import io.countersign.command.testing.People;
import java.util.List;
import org.axonframework.eventhandling.EventMessage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestActionTests {

    private final ActionFixture fixture = new ActionFixture();

    @Nested
    class Given_nothing_yet {

        @Test
        void an_action_in_manual_mode_is_recorded_and_waits_for_a_person() {
            fixture.atNoon().when(request())
                    .expectEventsMatching(exactly(the(requested()), some(ActionApprovalRequired.class, e -> e.autoApproveAt() == null
                            && e.verdict().outcome() == Outcome.REQUIRE_APPROVAL && NOON.plus(WINDOW).equals(e.expiresAt()))));
        }

        @Test
        void the_answer_is_its_id() {
            fixture.atNoon().when(request()).expectResultMessagePayload(new Submitted(ID, false));
        }

        @Test
        void every_event_says_in_its_metadata_whose_workspace_it_is() {
            fixture.atNoon().when(request()).expectEventsMatching(matches((List<EventMessage<?>> events) ->
                    events.size() == 2 && events.stream().allMatch(event -> HERE.equals(event.getMetaData().get("workspace")))));
        }

        @Test
        void an_action_in_automatic_mode_is_allowed_at_once_and_never_waits() {
            fixture.atNoon().when(request(SCOUT, "note:add", PARAMS)).expectEventsMatching(
                    exactly(some(ActionRequested.class), some(ActionAutoApproved.class, e -> e.verdict().outcome() == Outcome.ALLOW)));
        }

        @Test
        void an_automatic_action_of_a_type_that_gives_time_to_withdraw_starts_later() {
            fixture.with(SmallCatalogue.of(Letter.slow())).atNoon().when(request(SCOUT, "parcel:send", PARAMS)).expectEventsMatching(
                    exactly(some(ActionRequested.class, e -> e.terms().tier().equals("delayed")),
                            some(ActionDelayed.class, e -> e.executeAt().equals(NOON.plusSeconds(30)))));
        }

        @Test
        void the_requester_can_ask_for_a_person_to_look_at_an_automatic_action() {
            fixture.atNoon().when(requestForced()).expectEventsMatching(exactly(
                    some(ActionRequested.class, e -> e.forceApproval() && e.terms().mode() == ApprovalMode.MANUAL
                            && e.terms().source().equals("request")),
                    some(ActionApprovalRequired.class, e -> e.verdict().outcome() == Outcome.REQUIRE_APPROVAL)));
        }

        @Test
        void a_forbidden_target_is_recorded_as_blocked_with_the_reason_and_nobody_is_asked() {
            fixture.atNoon().when(request(SCOUT, "mail:send", "{\"to\":\"stranger@evil.test\"}")).expectEventsMatching(exactly(
                    some(ActionRequested.class),
                    some(ActionBlocked.class, e -> e.phase().equals("request") && "recipient_not_allowed".equals(e.verdict().code())
                            && "stranger@evil.test is not a person of this house.".equals(e.verdict().reason()))));
        }

        @Test
        void the_terms_are_those_in_force_at_that_moment() {
            fixture.with(mode("mail:send", ApprovalMode.ADMIN_ONLY)).atNoon().when(request()).expectEventsMatching(exactly(
                    some(ActionRequested.class, e -> e.terms().mode() == ApprovalMode.ADMIN_ONLY && e.terms().source().equals("type")
                            && e.terms().profile().distinctFromRequester()),
                    some(ActionApprovalRequired.class)));
        }

        @Test
        void the_parameters_are_kept_byte_for_byte() {
            String odd = "{ \"to\":\"ben@example.com\" , \"n\": 1.0e2, \"z\":9007199254740993 }";
            fixture.atNoon().when(request(SCOUT, "mail:send", odd)).expectEventsMatching(exactly(
                    some(ActionRequested.class, e -> e.content().equals(content(ID, odd, null))
                            && e.payloadDigest().equals(Digests.salted(SALT, odd))),
                    some(ActionApprovalRequired.class)));
        }

        @Test
        void a_person_who_asks_has_nobody_else_to_answer_for_them() {
            fixture.atNoon().when(request(BEN, "mail:send", PARAMS)).expectEventsMatching(exactly(
                    some(ActionRequested.class, e -> e.requesterId().equals(BEN.id()) && e.agentOwnerId() == null),
                    some(ActionApprovalRequired.class)));
        }

        @Test
        void a_dry_run_answers_with_the_verdict_and_records_nothing() {
            fixture.atNoon().when(new EvaluateAction(request())).expectNoEvents()
                    .expectResultMessagePayloadMatching(matches((Verdict v) -> v.outcome() == Outcome.REQUIRE_APPROVAL
                            && v.trace().stream().map(Verdict.Step::step).toList().equals(
                                    List.of("catalogue", "parameters", "target", "monitoring", "policies", "approvers", "mode"))));
        }

        @Test
        void an_unknown_action_is_refused() {
            fixture.atNoon().when(request(SCOUT, "mail:burn", PARAMS)).expectNoEvents()
                    .expectException(refused(RefusalCode.ACTION_UNKNOWN)).expectExceptionMessage(containsString("ask an admin"));
        }

        @Test
        void an_action_that_is_switched_off_is_as_good_as_unknown() {
            fixture.with(switchedOff("mail:send")).atNoon().when(request()).expectNoEvents()
                    .expectException(refused(RefusalCode.ACTION_UNKNOWN)).expectExceptionMessage(containsString("ask an admin"));
        }

        @Test
        void parameters_that_do_not_fit_are_refused_and_the_field_is_named() {
            fixture.atNoon().when(request(SCOUT, "mail:send", "{\"two\":1}")).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR))
                    .expectExceptionMessage(containsString("params.to: is required"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "[]", "null", "7", "\"x\"", "{", "{\"to\":\"a\"} {}", "{\"to\":\"a\",\"to\":\"b\"}", "{\"to\":NaN}"})
        void parameters_that_are_not_one_json_object_are_refused(String params) {
            fixture.atNoon().when(request(SCOUT, "mail:send", params)).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR)).expectExceptionMessage("params must be a JSON object.");
        }

        @Test
        void a_reason_of_more_than_1000_characters_is_refused() {
            RequestAction talkative = new RequestAction(SCOUT.id(), HERE, "api", "mail:send", PARAMS, null, null,
                    "x".repeat(1_001), null, null, false);
            fixture.atNoon().when(talkative).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR))
                    .expectExceptionMessage(containsString("at most 1,000 characters"));
        }

        @Test
        void somebody_unknown_is_refused() {
            fixture.among(People.all().with(People.disabled(SCOUT))).atNoon().when(request()).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN)).expectExceptionMessage(containsString("may not ask"));
        }

        @Test
        void credentials_of_another_workspace_are_refused() {
            RequestAction across = new RequestAction(EVE.id(), HERE, "api", "mail:send", PARAMS, null, null, null, null, null, false);
            fixture.atNoon().when(across).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN)).expectExceptionMessage(containsString("may not ask"));
        }
    }

    @Nested
    class Given_a_limit_of_one_a_minute {

        private final ActionFixture limited = fixture.with(setting("mail:send", new Entry(null, null, null, null, 1, null)));

        @Test
        void the_second_request_is_refused_and_told_when_to_come_back() {
            limited.atNoon().andGivenCommands(request(SCOUT, "mail:send", PARAMS)).when(request()).expectNoEvents()
                    .expectException(refused(RefusalCode.RATE_LIMITED).telling("retry_after", 60L))
                    .expectExceptionMessage(containsString("1 times a minute"));
        }

        @Test
        void a_dry_run_takes_nothing_from_it() {
            limited.atNoon().andGivenCommands(new EvaluateAction(request())).when(request()).expectSuccessfulHandlerExecution();
        }
    }

    @Nested
    class Given_a_limit_of_one_a_conversation {

        @Test
        void the_second_request_of_the_conversation_is_refused() {
            fixture.with(setting("mail:send", new Entry(null, null, null, null, null, 1))).atNoon().andGivenCommands(request())
                    .when(request())
                    .expectNoEvents().expectException(refused(RefusalCode.RATE_LIMITED))
                    .expectExceptionMessage(containsString("in one conversation"));
        }
    }

    @Nested
    class Given_the_idempotency_key_was_used {

        private final String id = Digests.actionId(HERE, SCOUT.id(), "key-1");

        @Test
        void the_same_request_again_gets_the_same_answer_and_makes_nothing_new() {
            fixture.atNoon().andGiven(requested(id, manual(), false, "body-1")).when(requestOnce("key-1", "body-1"))
                    .expectNoEvents().expectResultMessagePayload(new Submitted(id, true));
        }

        @Test
        void another_body_under_the_same_key_is_refused_and_names_the_action() {
            fixture.atNoon().andGiven(requested(id, manual(), false, "body-1")).when(requestOnce("key-1", "body-2"))
                    .expectNoEvents().expectException(refused(RefusalCode.IDEMPOTENCY_CONFLICT).telling("action_id", id))
                    .expectExceptionMessage(containsString("Use a new key"));
        }

        @Test
        void an_erased_action_still_counts_as_asked_for() {
            fixture.keyring.destroy(id);
            fixture.atNoon().andGiven(requested(id, manual(), false, "body-1")).when(requestOnce("key-1", "body-1"))
                    .expectNoEvents().expectResultMessagePayload(new Submitted(id, true));
        }
    }

    @Nested
    class Given_an_idempotency_key_that_is_new {

        @Test
        void the_id_follows_from_workspace_requester_and_key() {
            String id = Digests.actionId(HERE, SCOUT.id(), "key-1");
            fixture.atNoon().when(requestOnce("key-1", "body-1")).expectResultMessagePayload(new Submitted(id, false))
                    .expectEventsMatching(exactly(the(requested(id, manual(), false, "body-1")), some(ActionApprovalRequired.class)));
        }
    }
}
