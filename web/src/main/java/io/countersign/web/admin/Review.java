package io.countersign.web.admin;

import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.query.action.api.ActionRow;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything a person is shown about one action.
 *
 * @param because why a person must look, in one sentence
 * @param needs who may decide
 * @param undo whether it can be taken back once done
 * @param mayDecide the reader may say yes or no now
 * @param mayHasten the reader may have what runs by itself run now
 * @param mayNot why the reader may not decide although somebody may; null when they may or nobody can any more
 * @param approve what the approve button says
 * @param mayRepeat the reader may write a rule that lets the same pass again
 * @param grounds what stopped it, then what only warned, each with the condition of its rule
 * @param watched the same of policies that only watch
 * @param nothing why no other request of this kind would have passed either; null when one might have
 * @param before what the same requester asked for before, newest first
 * @param outcomes what became of each part; empty when there are none
 * @param analyst the reader has at least the role that decides anything
 * @param sight what it is about looked like; null when nobody looked
 * @param retrySafe trying again after an unknown outcome does no harm
 */
record Review(ActionRow row, Preview preview, List<Step> steps, String because, String needs, String undo, boolean mayDecide,
        boolean mayHasten, @Nullable String mayNot, String approve, boolean mayCancel, boolean mayUndo, boolean mayResolve, boolean retrySafe,
        boolean mayRepeat, List<Ground> grounds, List<Ground> watched, @Nullable String nothing, List<ActionRow> before, List<Outcome> outcomes,
        @Nullable String issueUrl, @Nullable String issueKey, String pretty, @Nullable String prettyContext, @Nullable String prettyResult,
        long hidden, boolean analyst, @Nullable Sight sight) {

    /**
     * What became of one recipient.
     *
     * @param status {@code accepted}, {@code failed}, {@code unknown} or {@code captured}
     * @param said what the far side answered; null for nothing
     */
    record Outcome(String to, String status, @Nullable String said) {
        public Words.Badge badge() {
            return switch (status) {
                case "accepted" -> new Words.Badge("Accepted", "ok", "s-done");
                case "captured" -> new Words.Badge("Captured, not sent", "warn", "box");
                case "failed" -> new Words.Badge("Failed", "bad", "s-fail");
                default -> new Words.Badge("Unknown", "odd", "s-odd");
            };
        }
    }

    /**
     * What it is about.
     *
     * @param unseen why it could not be looked at; null when it was
     * @param changed it looked different to whoever decided
     */
    record Sight(String subject, Instant at, String digest, @Nullable String unseen, boolean changed, List<Line> lines) {

        /**
         * One fact.
         *
         * @param then what it was when it was decided on; null when it was not there
         * @param now what it is; null when it is not there
         */
        record Line(String name, @Nullable String then, @Nullable String now) {
            public boolean differs() {
                return !Objects.equals(then, now);
            }
        }

        static @Nullable Sight of(ActionRow row) {
            var witness = row.witness();
            if (witness == null || row.erased()) {
                return null;
            }
            var then = values(witness.then());
            var now = values(witness.now());
            var names = new LinkedHashSet<>(then.keySet());
            names.addAll(now.keySet());
            return new Sight(witness.now().subject(), witness.at(), witness.digest(), witness.now().unseen(), witness.then() != null,
                    names.stream().map(name -> new Line(name, then.get(name), now.get(name))).toList());
        }

        private static Map<String, String> values(@Nullable Observation observation) {
            return observation == null ? Map.of() : observation.facts().stream()
                    .collect(Collectors.toMap(Fact::name, Fact::value, (one, other) -> one, LinkedHashMap::new));
        }
    }

    /**
     * One finding and the rule behind it.
     *
     * @param when the condition in words, as it was then; null for a step of the pipeline, and when the rule is no longer known
     * @param policyId null likewise
     * @param warning it stopped nothing
     */
    record Ground(Finding finding, @Nullable String when, @Nullable String policyId, boolean warning) {}

    /** Settled or under way: the page tells what happened instead of what will. */
    public boolean past() {
        return !(row.status().isDecidable() || row.status().isCancellable());
    }
}
