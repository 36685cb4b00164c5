package io.countersign.command.action.api;

import io.countersign.command.action.api.ActionEvent.ActionApprovalRequired;
import io.countersign.command.action.api.ActionEvent.ActionApproved;
import io.countersign.command.action.api.ActionEvent.ActionGoneStale;
import io.countersign.command.action.api.ActionEvent.ApprovalReused;
import io.countersign.command.action.api.ActionEvent.ReuseRevoked;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the approval of an action still serves for the same request again, as the events of the action tell.
 *
 * @param terms how far it serves once it is given; null when it serves once
 * @param approvedAt when it was given; null while it was not
 * @param uses how often it has served again
 * @param revoked somebody took it back
 */
public record ReusableApproval(Verdict.@Nullable Reusable terms, @Nullable Instant approvedAt, int uses, boolean revoked) {

    /** Of an action without events. */
    public static final ReusableApproval NONE = new ReusableApproval(null, null, 0, false);

    /** After one more event of the action. */
    public ReusableApproval after(ActionEvent event, Instant at) {
        return switch (event) {
            case ActionApprovalRequired e -> new ReusableApproval(e.verdict().reusable(), null, 0, false);
            case ActionGoneStale e -> new ReusableApproval(null, null, uses, revoked);
            case ActionApproved e -> new ReusableApproval(terms, at, uses, revoked);
            case ApprovalReused e -> new ReusableApproval(terms, approvedAt, e.use(), revoked);
            case ReuseRevoked e -> new ReusableApproval(terms, approvedAt, uses, true);
            default -> this;
        };
    }

    /** It was given, and serves again at least once under its terms. */
    public boolean isGiven() {
        return terms != null && approvedAt != null;
    }

    /** When it serves no more; null when it never served again. */
    public @Nullable Instant expiresAt() {
        return terms == null || approvedAt == null ? null : approvedAt.plusSeconds(terms.seconds());
    }

    /** All uses are gone. */
    public boolean isExhausted() {
        return terms != null && terms.maxUses() != null && uses >= terms.maxUses();
    }

    /** It serves again now. */
    public boolean isLive(Instant now) {
        Instant end = expiresAt();
        return end != null && now.isBefore(end) && !revoked && !isExhausted();
    }

    /** In a word: {@code live}, {@code exhausted}, {@code revoked} or {@code expired}. */
    public String state(Instant now) {
        return revoked ? "revoked" : isExhausted() ? "exhausted" : isLive(now) ? "live" : "expired";
    }
}
