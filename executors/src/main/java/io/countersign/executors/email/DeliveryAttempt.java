package io.countersign.executors.email;

import io.countersign.executors.Masking;
import io.countersign.executors.email.Delivery.Accepted;
import io.countersign.executors.email.Delivery.Postponed;
import io.countersign.executors.email.Delivery.Refused;
import io.countersign.executors.email.Delivery.Unclear;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.Reply;
import io.countersign.executors.outbound.Reply.Answered;
import io.countersign.executors.outbound.Reply.Cause;
import io.countersign.executors.outbound.Reply.NoAnswer;
import io.countersign.executors.outbound.Reply.NotSent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The calls for one action's mails within one attempt. A call is repeated with the same key and the same bytes, which the provider answers
 * as it did the first time; so repeating is safe, but a later refusal proves nothing about an earlier call that was not answered.
 *
 * @param repeated an earlier attempt of this action may have been cut off
 * @param patient the action is young enough to wait for a provider in trouble
 */
record DeliveryAttempt(ResendMail mails, Deadline deadline, Masking masking, boolean repeated, boolean patient) {

    private static final List<Duration> PAUSES = List.of(Duration.ofMillis(250), Duration.ofSeconds(1));
    private static final Duration LONGEST_WAIT_HERE = Duration.ofSeconds(2);
    private static final Duration BUSY = Duration.ofSeconds(2);
    private static final Duration TROUBLE = Duration.ofSeconds(30);

    /**
     * Sends one mail, with a few short pauses.
     *
     * @param before an earlier call with this key may have taken effect
     */
    Delivery deliver(String body, String key, boolean before) throws InterruptedException {
        var doubt = before;
        for (var tries = 0;; tries++) {
            if (deadline.passed()) {
                return timeUp(doubt);
            }
            var reply = mails.send(body, key);
            var pause = tries < PAUSES.size() ? pauseBeforeRepeating(reply, PAUSES.get(tries)) : Optional.<Duration>empty();
            if (pause.isEmpty() || !deadline.pause(pause.get())) {
                return judge(reply, doubt);
            }
            doubt |= mayHaveActed(reply);
        }
    }

    private static Optional<Duration> pauseBeforeRepeating(Reply reply, Duration pause) {
        return switch (reply) {
            case Answered answer when answer.status() == 429 ->
                Optional.of(answer.retryAfter(TROUBLE)).filter(wait -> wait.compareTo(LONGEST_WAIT_HERE) <= 0);
            case Answered answer -> Optional.of(pause).filter(p -> inTrouble(answer));
            case NotSent notSent -> Optional.of(pause).filter(p -> notSent.cause() == Cause.CONNECTION);
            case NoAnswer noAnswer -> Optional.of(pause).filter(p -> noAnswer.cause() == Cause.CONNECTION);
        };
    }

    private static boolean mayHaveActed(Reply reply) {
        return reply instanceof NoAnswer || reply instanceof Answered answer && inTrouble(answer);
    }

    private static boolean inTrouble(Answered answer) {
        return answer.status() >= 500 || answer.status() == 408;
    }

    private Delivery judge(Reply reply, boolean doubt) {
        return switch (reply) {
            case Answered answer -> judge(answer, doubt);
            case NotSent notSent when notSent.cause() == Cause.TIME_UP -> timeUp(doubt);
            case NotSent notSent -> doubt
                    ? new Unclear("not_reached", notSent.why(), true)
                    : new Refused(notSent.cause() == Cause.ADDRESS_REFUSED ? "address_refused" : "not_reached", notSent.why(), true);
            case NoAnswer noAnswer when noAnswer.cause() == Cause.TIME_UP -> timeUp(true);
            case NoAnswer noAnswer -> new Unclear("no_answer", noAnswer.why(), false);
        };
    }

    private Delivery judge(Answered answer, boolean doubt) {
        var status = answer.status();
        var said = new Said(answer);
        if (answer.successful()) {
            return new Accepted(mails.id(answer).map(id -> masking.excerpt(id, 100)).orElse(null));
        }
        if (status == 429) {
            return new Postponed(answer.retryAfter(TROUBLE), "The mail provider asks to wait.", !doubt);
        }
        if (status == 409 && said.name().equals("invalid_idempotent_request")) {
            return new Unclear("key_reused", "The mail provider has seen this key with another mail, such as one from another sender.", false);
        }
        if (status == 409) {
            return new Postponed(answer.retryAfter(BUSY), "The mail provider is still busy with the same mail.", false);
        }
        if (inTrouble(answer)) {
            return patient
                    ? new Postponed(answer.retryAfter(TROUBLE), "The mail provider answered " + status + ".", false)
                    : new Unclear("http_5xx", "The mail provider answered " + status + ".", false);
        }
        var error = masking.excerpt("The mail provider answered " + status + said.sentence(), 200);
        var refusedAtTheDoor = status != 400 && status != 422;
        return doubt && refusedAtTheDoor
                ? new Unclear("http_" + status / 100 + "xx", error, false)
                : new Refused("http_" + status / 100 + "xx", error, status == 401);
    }

    private static Delivery timeUp(boolean doubt) {
        return doubt
                ? new Unclear("timeout", "The time was up before the mail provider answered.", true)
                : new Refused("timeout", "The time was up before the mail was sent.", true);
    }

    /** The provider's word and sentence for an error. */
    private record Said(String name, String message) {

        Said(Answered answer) {
            this(field(answer, "name"), field(answer, "message"));
        }

        String sentence() {
            return name.isEmpty() && message.isEmpty() ? "." : ": " + (name.isEmpty() ? "" : name + ": ") + message;
        }

        private static String field(Answered answer, String name) {
            try {
                return JsonMapper.shared().readTree(answer.body()).path(name).asString("");
            } catch (JacksonException notJson) {
                return "";
            }
        }
    }
}
