package io.countersign.web.admin;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.audit.api.AuditEntry;
import io.countersign.query.audit.api.AuditLog;
import io.countersign.query.audit.api.SavedSearches;
import io.countersign.query.proof.api.Proofs;
import io.countersign.web.audit.AuditExports;
import io.countersign.web.security.Caller;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The log of everything, newest first. */
@Controller
class AuditController {

    private static final int PAGE = 50;
    private static final int CHECKPOINTS = 5;

    private final AuditLog log;
    private final Principals principals;
    private final Proofs proofs;
    private final AuditExports exports;
    private final ActionTypes types;
    private final SavedSearches searches;

    AuditController(AuditLog log, Principals principals, Proofs proofs, AuditExports exports, ActionTypes types, SavedSearches searches) {
        this.searches = searches;
        this.exports = exports;
        this.types = types;
        this.log = log;
        this.principals = principals;
        this.proofs = proofs;
    }

    /** What the address says; days in the reader's zone, {@code until} included. {@code since} is another word for {@code from}. */
    record Query(@Nullable String actor, @Nullable String event, @Nullable String subject, @Nullable String action, @Nullable String target,
            @Nullable String agent, @Nullable String text, @Nullable String from, @Nullable String since, @Nullable String until,
            @Nullable Long before) {

        Query {
            actor = blankless(actor);
            event = blankless(event);
            subject = blankless(subject);
            action = blankless(action);
            target = blankless(target);
            agent = blankless(agent);
            text = blankless(text);
            from = blankless(from == null ? since : from);
            since = blankless(since);
            until = blankless(until);
        }

        private static @Nullable String blankless(@Nullable String value) {
            return value == null || value.isBlank() ? null : value.strip();
        }

        public boolean narrowed() {
            return Stream.of(actor, event, subject, action, target, agent, text, from, until).anyMatch(Objects::nonNull);
        }

        /** Filters beyond the first three are folded away while none of them is used. */
        public boolean detailed() {
            return Stream.of(subject, action, target, agent, until).anyMatch(Objects::nonNull);
        }

        public String going(@Nullable Long index) {
            return at("/admin/audit", "before", index == null ? null : index.toString());
        }

        public String exported(String format) {
            return at("/admin/audit/export", "format", format);
        }

        private String at(String path, String name, @Nullable String value) {
            return Addresses.of(path, "actor", actor, "event", event, "subject", subject, "action", action, "target", target, "agent", agent,
                    "text", text, "from", from, "until", until, name, value);
        }

        /** Sentences about what cannot be filtered by. */
        List<String> faults() {
            return Stream.of(fault(since == null ? "from" : "since", from), fault("until", until)).filter(Objects::nonNull).toList();
        }

        private static @Nullable String fault(String field, @Nullable String value) {
            return value == null || isDay(value) ? null : "The field " + field + " must be a day such as 2026-01-31, and is \"" + value + "\".";
        }

        AuditLog.Filter filter(Words words) {
            return new AuditLog.Filter(actor, event, subject, action, day(from, 0, words), day(until, 1, words), target, agent, text);
        }
    }

    /** One line of the log in words; {@code voice} is set when it is nobody's in particular. */
    record Line(AuditEntry entry, @Nullable String voice, String what) {}

    @GetMapping("/admin/audit")
    String audit(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, Query query, Model model) {
        var page = log.find(caller.toReader(), query.filter(words), query.before(), PAGE);
        model.addAttribute("query", query);
        if (!query.faults().isEmpty()) {
            Notice.warn(model, String.join(" ", query.faults()) + " It is left out; the other filters hold.");
        }
        model.addAttribute("searches", searches.of(caller.principalId()));
        model.addAttribute("lines", page.items().stream()
                .map(entry -> new Line(entry, Step.voice(entry.event()), Step.what(entry.event()))).toList());
        model.addAttribute("older", page.nextBefore() == null ? null : query.going(page.nextBefore()));
        var events = log.events(caller.toReader());
        model.addAttribute("events", Stream.concat(events.stream().map(event -> event.substring(0, event.indexOf('.'))).distinct(), events.stream())
                .toList());
        model.addAttribute("types", types.all().stream().map(ActionType::name).toList());
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

    /** Keeps the search that the form stands on, or drops one. */
    @PostMapping("/admin/audit/searches")
    String keep(@AuthenticationPrincipal Caller caller, @RequestParam(defaultValue = "") String name,
            @RequestParam(defaultValue = "/admin/audit") String address, @RequestParam(defaultValue = "false") boolean drop, RedirectAttributes next) {
        var local = Addresses.local(address, "/admin/audit");
        if (drop) {
            searches.drop(caller.principalId(), name);
            Notice.ok(next, "Dropped: " + name);
            return "redirect:/admin/audit";
        }
        try {
            searches.keep(caller.principalId(), new SavedSearches.Saved(name, local));
            Notice.ok(next, "Kept: " + name.strip());
        } catch (Refused refused) {
            Notice.warn(next, String.valueOf(refused.getMessage()));
        }
        return "redirect:" + local;
    }

    /** What fits the filter, as a file. */
    @GetMapping("/admin/audit/export")
    void export(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, Query query,
            @RequestParam(defaultValue = "csv") String format, HttpServletResponse response) throws IOException {
        if (!query.faults().isEmpty()) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, String.join(" ", query.faults()));
        }
        exports.write(caller.toReader(), query.filter(words), !"json".equals(format), response);
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
        return text == null || !isDay(text) ? null : LocalDate.parse(text).plusDays(plus).atStartOfDay(words.zoneId()).toInstant();
    }

    private static boolean isDay(String text) {
        try {
            return LocalDate.parse(text).getYear() > 0; // older ones are no moments that the log can hold
        } catch (DateTimeParseException malformed) {
            return false;
        }
    }
}
