package io.countersign.query.action;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent;
import io.countersign.command.action.api.ActionEvent.*;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventReader.Stored;
import io.countersign.query.action.api.TimelineEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The events of one action as people read them: in whose lane each stands, and what was said with it. */
final class ActionTimeline {

    private static final String AGENT = "agent";
    private static final String GATEWAY = "gateway";
    private static final String PEOPLE = "people";
    private static final String EXECUTOR = "executor";

    private final Keyring keyring;
    private final boolean gone;
    private String requesterLane = AGENT;
    private String requester = "";
    private String action = "";

    private ActionTimeline(Keyring keyring, boolean gone) {
        this.keyring = keyring;
        this.gone = gone;
    }

    static List<TimelineEntry> of(List<Stored> events, Keyring keyring) {
        ActionTimeline timeline = new ActionTimeline(keyring, ActionFold.isGone(events));
        return events.stream().map(timeline::entry).toList();
    }

    private TimelineEntry entry(Stored stored) {
        action = stored.aggregateId();
        String lane = stored.payload() instanceof ActionEvent event ? lane(event) : GATEWAY;
        Sealed remark = stored.payload() instanceof ActionEvent event ? remark(event) : null;
        return new TimelineEntry(stored.index(), stored.sequence(), stored.id(), stored.name(), stored.at(), lane,
                stored.metadata().get("actor"), remark == null ? null : opened(remark, place(stored)), stored.metadata().get("request_id"),
                stored.json(), withoutAddress(stored.metadata()));
    }

    /** Where somebody called from is for the audit log, which can open it. */
    private static Map<String, String> withoutAddress(Map<String, String> metadata) {
        Map<String, String> shown = new LinkedHashMap<>(metadata);
        shown.remove("address");
        return shown;
    }

    private String lane(ActionEvent event) {
        return switch (event) {
            case ActionRequested e -> {
                requester = e.requesterId();
                requesterLane = e.agentOwnerId() == null ? PEOPLE : AGENT;
                yield requesterLane;
            }
            case ActionCancelled e -> e.cancelledBy().equals(requester) ? requesterLane : PEOPLE;
            case ContentArchived e -> GATEWAY;
            case ActionAutoApproved e -> GATEWAY;
            case ActionApprovalRequired e -> GATEWAY;
            case ActionDelayed e -> GATEWAY;
            case ActionBudgetReserved e -> GATEWAY;
            case ActionBlocked e -> GATEWAY;
            case ActionApprovedByTimeout e -> GATEWAY;
            case ActionExpired e -> GATEWAY;
            case ActionHeld e -> GATEWAY;
            case ActionReleased e -> GATEWAY;
            case ActionGoneStale e -> GATEWAY;
            case ActionCameDue e -> GATEWAY;
            case ActionHandedOut e -> GATEWAY;
            case ActionLeaseExpired e -> GATEWAY;
            case GrantIssued e -> GATEWAY;
            case GrantExpired e -> GATEWAY;
            case ActionApprovalGiven e -> PEOPLE;
            case ActionApproved e -> PEOPLE;
            case ActionDenied e -> PEOPLE;
            case OutcomeResolved e -> PEOPLE;
            case GrantRevoked e -> PEOPLE;
            case ReuseRevoked e -> PEOPLE;
            case RollbackRequested e -> PEOPLE;
            case ContentErased e -> e.erasedBy().startsWith("system:") ? GATEWAY : PEOPLE;
            case GrantConsumed e -> AGENT;
            case ApprovalReused e -> AGENT;
            case ActionWitnessed e -> EXECUTOR;
            case ExecutionStarted e -> EXECUTOR;
            case ActionExecuted e -> EXECUTOR;
            case ActionFailed e -> EXECUTOR;
            case ActionTimedOut e -> EXECUTOR;
            case ActionOutcomeUnknown e -> EXECUTOR;
            case ActionClaimed e -> EXECUTOR;
            case RollbackStarted e -> EXECUTOR;
            case ActionRolledBack e -> EXECUTOR;
            case RollbackFailed e -> EXECUTOR;
        };
    }

    private static @Nullable Sealed remark(ActionEvent event) {
        return switch (event) {
            case ActionApprovalGiven e -> e.remark();
            case ActionApproved e -> e.remark();
            case ActionDenied e -> e.remark();
            case ActionCancelled e -> e.remark();
            case OutcomeResolved e -> e.remark();
            case RollbackRequested e -> e.remark();
            case ContentErased e -> e.reason();
            case ContentArchived e -> null;
            case ActionRequested e -> null;
            case ActionAutoApproved e -> null;
            case ActionApprovalRequired e -> null;
            case ActionDelayed e -> null;
            case ActionBudgetReserved e -> null;
            case ActionBlocked e -> null;
            case ActionApprovedByTimeout e -> null;
            case ActionExpired e -> null;
            case ActionHeld e -> null;
            case ActionReleased e -> null;
            case ActionGoneStale e -> null;
            case ActionCameDue e -> null;
            case ActionWitnessed e -> null;
            case ExecutionStarted e -> null;
            case ActionExecuted e -> null;
            case ActionFailed e -> null;
            case ActionTimedOut e -> null;
            case ActionOutcomeUnknown e -> null;
            case ActionHandedOut e -> null;
            case ActionClaimed e -> null;
            case ActionLeaseExpired e -> null;
            case GrantIssued e -> null;
            case GrantConsumed e -> null;
            case GrantExpired e -> null;
            case GrantRevoked e -> null;
            case ApprovalReused e -> null;
            case ReuseRevoked e -> null;
            case RollbackStarted e -> null;
            case ActionRolledBack e -> null;
            case RollbackFailed e -> null;
        };
    }

    private static String place(Stored stored) {
        return stored.payload() instanceof ActionApprovalGiven ? ActionFold.APPROVAL : stored.name();
    }

    private @Nullable String opened(Sealed remark, String place) {
        boolean own = remark.key().equals(action);
        ActionContent.Remark said = gone && own ? null : keyring.open(remark, place, ActionContent.Remark.class).orElse(null);
        return said == null ? ActionFold.ERASED : said.text();
    }
}
