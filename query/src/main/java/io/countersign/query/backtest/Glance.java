package io.countersign.query.backtest;

import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.StoredTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
            reading.event();
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

        void event() {
            members(name -> {
                if (name.equals("verdict")) {
                    members(this::verdict);
                } else {
                    json.skipChildren();
                }
            });
        }

        private void verdict(String name) {
            switch (name) {
                case "outcome" -> outcome = Outcome.valueOf(json.getString());
                case "policiesEvaluated" -> names();
                case "inputs" -> members(this::inputs);
                default -> json.skipChildren();
            }
        }

        private void inputs(String name) {
            switch (name) {
                case "at" -> at = StoredTime.parse(json.getString());
                case "words" -> members(this::words);
                default -> json.skipChildren();
            }
        }

        private void words(String name) {
            switch (name) {
                case "key" -> key = json.getString();
                case "box" -> box = json.getString();
                default -> json.skipChildren();
            }
        }

        /** All that are there and not null. */
        private void members(Consumer<String> member) {
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_NULL) {
                    member.accept(name);
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
