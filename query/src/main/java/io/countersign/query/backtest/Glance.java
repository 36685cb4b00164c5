package io.countersign.query.backtest;

import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.sealing.api.Sealed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * The little of a verdict that says whether the rest is worth reading: of most past actions, tried policies have nothing to say that was not said
 * then.
 *
 * @param policies names of the policies that were asked
 * @param at the moment that was judged for; null in a verdict without inputs
 * @param words the sealed inputs; null without any
 */
record Glance(Outcome outcome, List<String> policies, @Nullable Instant at, @Nullable Sealed words) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Glance of(Verdict verdict) {
        Verdict.Inputs inputs = verdict.inputs();
        return new Glance(verdict.outcome(), verdict.policiesEvaluated(), inputs == null ? null : inputs.at(),
                inputs == null ? null : inputs.words());
    }

    /** Of the text of an event that records a verdict. */
    static Glance of(String event) {
        try (JsonParser json = JSON.createParser(event)) {
            Reading reading = new Reading(json);
            reading.members("");
            return reading.glance();
        }
    }

    /** One pass over the text, in which all that is not wanted is passed over. */
    private static final class Reading {

        private final JsonParser json;
        private final List<String> policies = new ArrayList<>();
        private Outcome outcome = Outcome.ALLOW;
        private @Nullable Instant at;
        private @Nullable String key;
        private @Nullable String box;

        Reading(JsonParser json) {
            this.json = json;
            json.nextToken();
        }

        Glance glance() {
            return new Glance(outcome, List.copyOf(policies), at, key == null || box == null ? null : new Sealed(key, box));
        }

        void members(String place) {
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String path = place + '/' + json.currentName();
                JsonToken value = json.nextToken();
                if (value == JsonToken.VALUE_NULL) {
                    continue;
                }
                switch (path) {
                    case "/verdict", "/verdict/inputs", "/verdict/inputs/words" -> members(path);
                    case "/verdict/outcome" -> outcome = Outcome.valueOf(json.getString());
                    case "/verdict/policiesEvaluated" -> names();
                    case "/verdict/inputs/at" -> at = Instant.parse(json.getString());
                    case "/verdict/inputs/words/key" -> key = json.getString();
                    case "/verdict/inputs/words/box" -> box = json.getString();
                    default -> json.skipChildren();
                }
            }
        }

        private void names() {
            while (json.nextToken() == JsonToken.VALUE_STRING) {
                policies.add(json.getString());
            }
        }
    }
}
