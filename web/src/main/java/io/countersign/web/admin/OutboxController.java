package io.countersign.web.admin;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.web.security.Caller;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** What left the house, and what was rendered and kept instead of leaving. */
@Controller
class OutboxController {

    private final Actions actions;
    private final Previews previews;

    OutboxController(Actions actions, Previews previews) {
        this.actions = actions;
        this.previews = previews;
    }

    /** One effect, how it looked, and the line by which people would know it. */
    record Piece(ActionRow row, Preview preview, @Nullable String gist) {}

    @GetMapping("/admin/outbox")
    String outbox(@AuthenticationPrincipal Caller caller, @RequestParam(defaultValue = "all") String show,
            @RequestParam(required = false) @Nullable String cursor, Model model) {
        var captured = switch (show) {
            case "captured" -> Boolean.TRUE;
            case "sent" -> Boolean.FALSE;
            default -> null;
        };
        var page = actions.find(caller.toReader(), new ActionFilter(
                EnumSet.of(ActionStatus.EXECUTED, ActionStatus.ROLLING_BACK, ActionStatus.ROLLED_BACK, ActionStatus.ROLLBACK_FAILED), null,
                null, null, null, captured, 25, cursor == null || cursor.isBlank() ? null : cursor));
        model.addAttribute("show", captured == null ? "all" : show);
        model.addAttribute("pieces", page.items().stream().map(row -> new Piece(row, previews.of(row), previews.gist(row))).toList());
        model.addAttribute("older", page.nextCursor() == null ? null
                : Addresses.of("/admin/outbox", "show", captured == null ? null : show, "cursor", page.nextCursor()));
        model.addAttribute("paged", cursor != null);
        return "admin/outbox";
    }
}
