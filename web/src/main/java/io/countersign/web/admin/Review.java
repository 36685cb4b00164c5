package io.countersign.web.admin;

import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.query.action.api.ActionRow;
import java.util.List;
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
 * @param retrySafe trying again after an unknown outcome does no harm
 */
record Review(ActionRow row, Preview preview, List<Step> steps, String because, String needs, String undo, boolean mayDecide,
        boolean mayHasten, @Nullable String mayNot, String approve, boolean mayCancel, boolean mayUndo, boolean mayResolve, boolean retrySafe,
        boolean mayRepeat, List<Ground> grounds, List<Ground> watched, @Nullable String nothing, List<ActionRow> before, List<Outcome> outcomes,
        @Nullable String issueUrl, @Nullable String issueKey, String pretty, @Nullable String prettyContext, @Nullable String prettyResult,
        long hidden, boolean analyst) {

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
