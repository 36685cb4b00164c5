package io.countersign.command.action.api;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What people, agents and far sides wrote about an action; sealed in the events under the action's key. */
public sealed interface ActionContent {

    /**
     * Sealed in {@code action.requested}.
     *
     * @param params the parameters exactly as received: a JSON object as text, never written anew
     * @param salt Base64 of the random bytes that salt the digest in the clear part
     * @param bodySha256 hex SHA-256 of the whole request body; null when it came without an idempotency key
     * @param summary one line by us: verb, object, where
     * @param target where it goes, by us
     * @param reason what the agent says; unverified
     * @param context what the agent adds; unverified JSON as text
     */
    record Request(String params, String salt, @Nullable String bodySha256, String summary, String target, @Nullable String reason,
            @Nullable String context) implements ActionContent {}

    /** Sealed in every event in which a person may say something. */
    record Remark(@Nullable String text) implements ActionContent {}

    /**
     * Sealed in {@code action.executed}.
     *
     * @param output what the far side answered, masked and capped: JSON as text
     * @param rollback how to undo it; null when there is no way
     */
    record Result(@Nullable String output, @Nullable Rollback rollback) implements ActionContent {}

    /** Names the method and its parameters, a JSON object as text. */
    record Rollback(String method, String params) {}

    /** Sealed in failures: one masked sentence, and what was done before it, as JSON text. */
    record Failure(String error, @Nullable String output) implements ActionContent {}

    /**
     * Sealed in every event that holds a verdict of policies.
     *
     * @param facts what the policies saw besides the request itself, by namespace: a JSON object as text
     * @param reason the reason of the verdict, in full
     * @param violations findings that block or stop, in full
     * @param warnings findings that only warn, in full
     * @param shadow what policies that only watch found, in full; null when nothing
     */
    record Judgement(String facts, @Nullable String reason, List<Verdict.Finding> violations, List<Verdict.Finding> warnings,
            @Nullable List<Verdict.Finding> shadow) implements ActionContent {}

    /** Sealed in {@code action.gone_stale}: what differs now. */
    record Drift(List<String> differences) implements ActionContent {}

    /** One thing that was found out, such as {@code HEAD} and where it points. At most 300 characters each. */
    record Fact(String name, String value) {}

    /**
     * What the world looked like to the executor that would act. Sealed in {@code action.witnessed}.
     *
     * @param subject what was looked at, by us
     * @param facts what was found, as people read it; names are unique
     * @param unseen why it could not be looked at, in one masked sentence; null when it was
     */
    record Observation(String subject, List<Fact> facts, @Nullable String unseen) implements ActionContent {

        /** It could be looked at. */
        public static Observation of(String subject, List<Fact> facts) {
            return new Observation(subject, List.copyOf(facts), null);
        }

        /** It could not be looked at. */
        public static Observation unseen(String subject, String why) {
            return new Observation(subject, List.of(), why);
        }

        /** What somebody who saw this, and decided on it, must know of how it looks now: one sentence for each fact. Empty when nothing. */
        public List<String> differencesTo(Observation now) {
            if (now.unseen != null) {
                return List.of("It could not be looked at again: " + now.unseen);
            }
            Map<String, String> before = byName();
            Map<String, String> after = now.byName();
            Set<String> names = new LinkedHashSet<>(before.keySet());
            names.addAll(after.keySet());
            return names.stream().filter(name -> !Objects.equals(before.get(name), after.get(name)))
                    .map(name -> name + " was " + before.getOrDefault(name, "not there") + ", is now " + after.getOrDefault(name, "not there"))
                    .toList();
        }

        private Map<String, String> byName() {
            Map<String, String> values = new LinkedHashMap<>();
            facts.forEach(fact -> values.put(fact.name(), fact.value()));
            return values;
        }
    }
}
