package io.countersign.web.admin;

import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.audit.api.AuditEntry;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.proof.api.Proofs;
import io.countersign.web.security.Caller;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The log of everything, newest first. */
@Controller
class AuditController {

    private static final int PAGE = 100;
    private static final int CHECKPOINTS = 5;

    private static final List<String> EVENTS = List.of("action", "principal", "policy", "switch", "budget", "exec_policy", "vault", "catalogue",
            "action.requested", "action.approval_required",
            "action.auto_approved", "action.blocked", "action.approved", "action.denied", "action.cancelled", "action.expired",
            "action.execution_started", "action.executed", "action.failed", "action.timed_out", "action.outcome_unknown",
            "action.outcome_resolved", "action.rollback_requested", "action.rolled_back", "action.rollback_failed",
            "principal.person_added", "principal.role_changed", "principal.agent_created", "principal.key_issued",
            "principal.key_revoked", "principal.disabled", "policy.defined", "policy.revised", "policy.retired", "policy.restored",
            "switch.thrown", "switch.released");

    private final AuditLog log;
    private final Principals principals;
    private final Proofs proofs;

    AuditController(AuditLog log, Principals principals, Proofs proofs) {
        this.log = log;
        this.principals = principals;
        this.proofs = proofs;
    }

    /** What the address says; days in the reader's zone, {@code until} included. */
    record Query(@Nullable String actor, @Nullable String event, @Nullable String subject, @Nullable String from, @Nullable String until,
            @Nullable Long before) {

        Query {
            actor = blankless(actor);
            event = blankless(event);
            subject = blankless(subject);
            from = blankless(from);
            until = blankless(until);
        }

        private static @Nullable String blankless(@Nullable String value) {
            return value == null || value.isBlank() ? null : value.strip();
        }

        public boolean narrowed() {
            return actor != null || event != null || subject != null || from != null || until != null;
        }

        public String going(@Nullable Long index) {
            return Addresses.of("/admin/audit", "actor", actor, "event", event, "subject", subject, "from", from, "until", until,
                    "before", index == null ? null : index.toString());
        }
    }

    /** One line of the log in words; {@code voice} is set when it is nobody's in particular. */
    record Line(AuditEntry entry, @Nullable String voice, String what) {}

    @GetMapping("/admin/audit")
    String audit(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, Query query, Model model) {
        var filter = new AuditLog.Filter(query.actor(), query.event(), query.subject(), null, day(query.from(), 0, words),
                day(query.until(), 1, words));
        var page = log.find(caller.toReader(), filter, query.before(), PAGE);
        model.addAttribute("query", query);
        model.addAttribute("lines", page.items().stream()
                .map(entry -> new Line(entry, Step.voice(entry.event()), Step.what(entry.event()))).toList());
        model.addAttribute("older", page.nextBefore() == null ? null : query.going(page.nextBefore()));
        model.addAttribute("events", EVENTS);
        var actors = new ArrayList<Principal>(principals.people(caller.workspace()));
        actors.addAll(principals.agents(caller.workspace()));
        model.addAttribute("actors", actors);
        model.addAttribute("checked", proofs.lastVerification().orElse(null));
        model.addAttribute("broken", proofs.broken().orElse(null));
        model.addAttribute("checkpoints", proofs.checkpoints(CHECKPOINTS));
        return "admin/audit";
    }

    @PostMapping("/admin/audit/verify")
    String verify(RedirectAttributes next) {
        var found = proofs.verify();
        if (found.passed()) {
            Notice.ok(next, "All " + Words.many(found.checked(), "event") + " are exactly as recorded.");
        }
        return "redirect:/admin/audit";
    }

    /** The log as auditors take it elsewhere. */
    @GetMapping("/admin/audit/bundle")
    void bundle(@AuthenticationPrincipal Caller caller, HttpServletResponse response) throws IOException {
        proofs.checkpoint(); // whatever cannot be exported fails here, before anything is sent
        response.setContentType("application/x-ndjson");
        response.setHeader("Content-Disposition", "attachment; filename=\"countersign-audit.jsonl\"");
        proofs.export(caller.workspace(), response.getOutputStream());
    }

    private static @Nullable Instant day(@Nullable String text, int plus, Words words) {
        try {
            return text == null ? null : LocalDate.parse(text).plusDays(plus).atStartOfDay(words.zoneId()).toInstant();
        } catch (DateTimeParseException malformed) {
            return null;
        }
    }
}
