package io.countersign.web.admin;

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
 * @param mayNot why the reader may not decide although somebody may; null when they may or nobody can any more
 * @param approve what the approve button says
 * @param before what the same requester asked for before, newest first
 * @param outcomes what became of each part; empty when there are none
 * @param analyst the reader has at least the role that decides anything
 * @param retrySafe trying again after an unknown outcome does no harm
 */
record Review(ActionRow row, Preview preview, List<Step> steps, String because, String needs, String undo, boolean mayDecide,
        @Nullable String mayNot, String approve, boolean mayCancel, boolean mayUndo, boolean mayResolve, boolean retrySafe,
        List<ActionRow> before, List<Outcome> outcomes, @Nullable String issueUrl, @Nullable String issueKey, String pretty,
        @Nullable String prettyContext, @Nullable String prettyResult, long hidden, boolean analyst) {

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

    /** Settled or under way: the page tells what happened instead of what will. */
    public boolean past() {
        return !(row.status().isDecidable() || row.status().isCancellable());
    }
}
