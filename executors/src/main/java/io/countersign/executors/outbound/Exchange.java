package io.countersign.executors.outbound;

import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Reply.Answered;
import io.countersign.executors.outbound.Reply.Cause;
import io.countersign.executors.outbound.Reply.NoAnswer;
import io.countersign.executors.outbound.Reply.NotSent;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One request, its answer, and what the answer means. Nothing is followed elsewhere, so no credential travels further than meant. */
public final class Exchange {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int EXCERPT = 200;
    private static final List<Duration> PAUSES = List.of(Duration.ofMillis(250), Duration.ofMillis(1_000), Duration.ofMillis(4_000));

    private final OutboundClient client;
    private final Deadline deadline;

    /** By this client, all of it before the deadline. */
    public Exchange(OutboundClient client, Deadline deadline) {
        this.client = client;
        this.deadline = deadline;
    }

    /**
     * What is to be asked, and what counts as done.
     *
     * @param hidden texts to mask in whatever comes back
     * @param success statuses, as a comma list; null for 200 to 299
     * @param again whether a request that found nobody, or a far side in trouble, is made again after 250, 1,000 and 4,000 ms
     */
    public record Question(String method, URI uri, Map<String, String> headers, @Nullable String body,
            @Nullable String success, boolean again, List<String> hidden) {}

    /** Asks, and says what the answer means. What may have arrived and was not answered is unknown. */
    public ExecutionOutcome ask(Question question) throws InterruptedException {
        Masking masking = Masking.of(question.hidden());
        OutboundCall call = new OutboundCall(question.method(), question.uri(), question.headers(), question.body());
        Reply reply = client.send(call, deadline);
        if (question.again()) {
            for (Duration pause : PAUSES) {
                if (!mayHelp(reply) || !deadline.pause(pause)) {
                    break;
                }
                reply = client.send(call, deadline);
            }
        }
        return outcome(question, reply, masking);
    }

    private static boolean mayHelp(Reply reply) {
        return switch (reply) {
            case NotSent notSent -> notSent.cause() == Cause.CONNECTION;
            case NoAnswer noAnswer -> noAnswer.cause() == Cause.CONNECTION;
            case Answered answer -> answer.status() >= 500;
        };
    }

    private static ExecutionOutcome outcome(Question question, Reply reply, Masking masking) {
        boolean reads = question.method().equals("GET");
        return switch (reply) {
            case NotSent notSent -> switch (notSent.cause()) {
                case TIME_UP -> new TimedOut(masking.sentence(notSent.why()));
                case ADDRESS_REFUSED -> new Failed("address_refused", masking.sentence(notSent.why()), null);
                case CONNECTION -> new Failed("not_reached", masking.sentence(notSent.why()), null);
            };
            case NoAnswer noAnswer -> reads ? new Failed("no_answer", masking.sentence(noAnswer.why()), null)
                    : new Unknown(noAnswer.cause() == Cause.TIME_UP ? "timeout" : "no_answer", masking.sentence(noAnswer.why()));
            case Answered answer when isSuccess(answer.status(), question.success()) -> new Succeeded(output(answer, masking), null, false, false);
            case Answered answer when answer.status() / 100 == 3 -> new Failed("redirected", question.uri().getHost() + " answered "
                    + answer.status() + " and wants the request elsewhere. Redirects are not followed; name the right address.", null);
            case Answered answer when answer.status() >= 500 && !reads -> new Unknown("http_5xx", said(question.uri(), answer, masking));
            case Answered answer -> new Failed("http_" + answer.status() / 100 + "xx", said(question.uri(), answer, masking), output(answer, masking));
        };
    }

    private static boolean isSuccess(int status, @Nullable String success) {
        return success == null ? status / 100 == 2
                : Arrays.stream(success.split(",")).map(String::strip).anyMatch(String.valueOf(status)::equals);
    }

    private static String said(URI uri, Answered answer, Masking masking) {
        String excerpt = masking.excerpt(answer.body(), EXCERPT);
        return masking.sentence(uri.getHost() + " answered HTTP " + answer.status() + (excerpt.isEmpty() ? "." : ": " + excerpt));
    }

    private static String output(Answered answer, Masking masking) {
        var output = JSON.createObjectNode().put("status_code", answer.status());
        try {
            JsonNode body = answer.whole() && !answer.body().isBlank() ? JSON.readTree(answer.body()) : null;
            if (body != null && body.isContainer()) {
                output.set("body", body);
            } else {
                output.put("body", answer.body());
            }
        } catch (JacksonException notJson) {
            output.put("body", answer.body());
        }
        if (!answer.whole()) {
            output.put("cut", true);
        }
        return masking.output(output);
    }
}
