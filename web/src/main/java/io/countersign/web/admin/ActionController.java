package io.countersign.web.admin;

import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.CancelAction;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.ResolveOutcome;
import io.countersign.command.action.api.ActionCommand.RevokeApproval;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.action.api.Reader;
import io.countersign.web.explain.ProofPacks;
import io.countersign.web.explain.Summary;
import io.countersign.web.security.Caller;
import io.countersign.web.undo.Undoing;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.web.util.UriComponentsBuilder;

/** All actions, one action, and what a person can do about it. */
@Controller
class ActionController {

    /** The only page that may hold foreign markup: nothing in it runs, loads or leads anywhere. */
    static final String PREVIEW_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'";

    /** What a mail program would put around a message: its own type and margins. The message follows byte for byte. */
    private static final String FRAME = "<!doctype html><meta charset=\"utf-8\"><style>html{font:15px/1.6 -apple-system,BlinkMacSystemFont,"
            + "'Segoe UI',Roboto,'Noto Sans','Helvetica Neue',Arial,sans-serif;color:#191b20;overflow-wrap:break-word}body{margin:1rem}</style>";

    private static final int PAGE = 50;
    private static final int SEARCHED = 500;

    private static final List<Group> GROUPS = List.of(
            new Group("all", "All", EnumSet.noneOf(ActionStatus.class)),
            new Group("waiting", "Waiting", EnumSet.of(ActionStatus.PENDING, ActionStatus.STALE)),
            new Group("running", "Under way", EnumSet.of(ActionStatus.SCHEDULED, ActionStatus.HELD, ActionStatus.APPROVED,
                    ActionStatus.AUTO_APPROVED, ActionStatus.EXECUTING, ActionStatus.AWAITING_EXTERNAL, ActionStatus.GRANTED,
                    ActionStatus.ROLLING_BACK)),
            new Group("executed", "Executed", EnumSet.of(ActionStatus.EXECUTED, ActionStatus.CONSUMED)),
            new Group("unknown", "Unknown", EnumSet.of(ActionStatus.OUTCOME_UNKNOWN, ActionStatus.ROLLBACK_FAILED)),
            new Group("failed", "Failed", EnumSet.of(ActionStatus.FAILED, ActionStatus.TIMED_OUT)),
            new Group("denied", "Denied", EnumSet.of(ActionStatus.DENIED, ActionStatus.BLOCKED, ActionStatus.REVOKED)),
            new Group("ended", "Lapsed", EnumSet.of(ActionStatus.EXPIRED, ActionStatus.CANCELLED, ActionStatus.GRANT_EXPIRED)),
            new Group("undone", "Undone", EnumSet.of(ActionStatus.ROLLED_BACK)));

    private final Actions actions;
    private final Principals principals;
    private final ActionTypes types;
    private final Reviews reviews;
    private final Previews previews;
    private final Desk desk;
    private final ProofPacks packs;
    private final Undoing undoing;

    ActionController(Actions actions, Principals principals, ActionTypes types, Reviews reviews, Previews previews, Desk desk, ProofPacks packs,
            Undoing undoing) {
        this.packs = packs;
        this.undoing = undoing;
        this.actions = actions;
        this.principals = principals;
        this.types = types;
        this.reviews = reviews;
        this.previews = previews;
        this.desk = desk;
    }

    /** Statuses that people think of as one. */
    record Group(String name, String label, Set<ActionStatus> statuses) {}

    /** What the address says. */
    record Filter(@Nullable String status, @Nullable String type, @Nullable String by, @Nullable String q, @Nullable String cursor) {

        Filter {
            status = status == null || status.isBlank() ? "all" : status;
            type = type == null || type.isBlank() ? null : type;
            by = by == null || by.isBlank() ? null : by;
            q = q == null || q.isBlank() ? null : q.strip();
            cursor = cursor == null || cursor.isBlank() ? null : cursor;
        }

        public String showing(String group) {
            return address(group, null);
        }

        public String after(String next) {
            return address(status, next);
        }

        public boolean narrowed() {
            return !"all".equals(status) || type != null || by != null || q != null;
        }

        private String address(@Nullable String group, @Nullable String next) {
            return Addresses.of("/admin/actions", "status", "all".equals(group) ? null : group, "type", type, "by", by, "q", q,
                    "cursor", next);
        }
    }

    @GetMapping("/admin/actions")
    String list(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, Filter filter, Model model) {
        var reader = caller.toReader();
        if (filter.q() != null && actions.byId(reader, filter.q()).isPresent()) {
            return "redirect:/admin/actions/" + UriComponentsBuilder.fromPath(filter.q()).build().encode().toUriString();
        }
        var group = GROUPS.stream().filter(one -> one.name().equals(filter.status())).findFirst().orElse(GROUPS.getFirst());
        List<ActionRow> rows = new ArrayList<>();
        String cursor = filter.cursor();
        String next;
        var looked = 0;
        var conversation = filter.q() != null && isConversation(filter.q(), reader) ? filter.q() : null;
        var wanted = conversation == null ? filter.q() : null;
        do {
            var page = actions.find(reader, new ActionFilter(group.statuses(), null, filter.type(), filter.by(), conversation, null,
                    wanted == null ? PAGE : 100, cursor));
            looked += page.items().size();
            page.items().stream().filter(row -> matches(row, wanted, words)).forEach(rows::add);
            next = page.nextCursor();
            cursor = next;
        } while (wanted != null && next != null && looked < SEARCHED && rows.size() < PAGE);
        var counts = actions.counts(reader);
        model.addAttribute("filter", filter);
        model.addAttribute("group", group);
        model.addAttribute("groups", GROUPS);
        model.addAttribute("counts", GROUPS.stream().collect(Collectors.toMap(Group::name, one -> sum(counts, one))));
        model.addAttribute("rows", rows);
        model.addAttribute("gists", rows.stream().collect(Collectors.toMap(ActionRow::id, row -> Objects.requireNonNullElse(previews.gist(row), ""))));
        model.addAttribute("nextCursor", next);
        model.addAttribute("looked", looked);
        model.addAttribute("conversation", conversation);
        model.addAttribute("types", types.all().stream().map(ActionType::name).toList());
        var requesters = new ArrayList<Principal>(principals.agents(caller.workspace()));
        requesters.addAll(principals.people(caller.workspace()));
        model.addAttribute("requesters", requesters);
        return "admin/actions";
    }

    @GetMapping("/admin/actions/{id}")
    String detail(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, Model model) {
        var review = reviews.of(id, caller, words).orElseThrow(NotHere::new);
        model.addAttribute("review", review);
        model.addAttribute("summary", Summary.of(review.row(), words::who));
        return "admin/action";
    }

    /** What was recorded about an action, for whoever wants to check it elsewhere. */
    @GetMapping("/admin/actions/{id}/proof")
    ResponseEntity<byte[]> proof(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        var made = packs.of(caller.toReader(), id, false).orElseThrow(NotHere::new);
        return ResponseEntity.ok().contentType(MediaType.parseMediaType("application/zip")).cacheControl(CacheControl.noStore())
                .header("Content-Disposition", "attachment; filename=\"countersign-proof.zip\"").body(made.zip());
    }

    /** The stored HTML of an e-mail, alone in a sandbox. */
    @GetMapping("/admin/actions/{id}/preview")
    ResponseEntity<String> preview(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        var row = actions.byId(caller.toReader(), id).orElseThrow(NotHere::new);
        return ResponseEntity.ok().contentType(MediaType.parseMediaType("text/html;charset=UTF-8"))
                .header("Content-Security-Policy", PREVIEW_POLICY).header("X-Content-Type-Options", "nosniff")
                .cacheControl(CacheControl.noStore()).body(FRAME + previews.body(row));
    }

    @PostMapping("/admin/actions/{id}/decision")
    String decide(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id,
            @RequestParam String decision, @RequestParam(name = "payload_sha256") String seen,
            @RequestParam(defaultValue = "") String comment, @RequestParam(defaultValue = "") String reason,
            @RequestParam(name = "confirmation_phrase", defaultValue = "") String phrase,
            @RequestParam(name = "witness_digest", required = false) @Nullable String witness,
            @RequestParam(required = false) @Nullable String onward, RedirectAttributes next) {
        var title = actions.byId(caller.toReader(), id).map(ActionRow::summary).orElseThrow(NotHere::new);
        var approves = "approve".equals(decision);
        var done = approves
                ? desk.tell(next, new ApproveAction(id, caller.workspace(), caller.principalId(), caller.origin(), orNull(comment), seen,
                        orNull(phrase), witness),
                        "Approved: " + title, words)
                : desk.tell(next, new DenyAction(id, caller.workspace(), caller.principalId(), caller.origin(), orNull(reason)),
                        "Denied: " + title, words);
        if (done && approves) {
            actions.byId(caller.toReader(), id).filter(row -> row.status().isDecidable() && !row.votes().isEmpty()).ifPresent(row -> Notice.ok(next,
                    "Your approval is recorded, %d of %d.".formatted(row.votes().size(), row.terms().profile().minApprovals())));
        }
        var own = "/admin/actions/" + id;
        var target = done ? Addresses.local(onward, own) : own;
        if (!target.equals(own)) {
            next.addFlashAttribute("noticeHref", own);
        }
        next.addFlashAttribute("decided", true);
        return "redirect:" + target;
    }

    @PostMapping("/admin/actions/{id}/revoke")
    String revoke(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, RedirectAttributes next) {
        desk.tell(next, new RevokeApproval(id, caller.workspace(), caller.principalId()), "Taken back. The same request waits for a person again.",
                words);
        return "redirect:/admin/actions/" + id;
    }

    @PostMapping("/admin/actions/{id}/cancel")
    String cancel(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id,
            @RequestParam(defaultValue = "") String reason, RedirectAttributes next) {
        desk.tell(next, new CancelAction(id, caller.workspace(), caller.principalId(), orNull(reason)), "Withdrawn. It will not happen.", words);
        return "redirect:/admin/actions/" + id;
    }

    @PostMapping("/admin/actions/{id}/rollback")
    String rollBack(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id,
            @RequestParam(defaultValue = "") String reason, RedirectAttributes next) {
        var wish = undoing.wish(caller, id, orNull(reason));
        desk.tell(next, wish, wish instanceof RequestAction ? "Asked for. It is undone once somebody approves that." : "Undoing it now.", words);
        return "redirect:/admin/actions/" + id;
    }

    @PostMapping("/admin/actions/{id}/resolve")
    String resolve(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id,
            @RequestParam String resolution, @RequestParam(defaultValue = "") String comment, RedirectAttributes next) {
        desk.tell(next, new ResolveOutcome(id, caller.workspace(), caller.principalId(), resolution, orNull(comment)),
                "Recorded what you found out.", words);
        return "redirect:/admin/actions/" + id;
    }

    private boolean isConversation(String text, Reader reader) {
        return !actions.find(reader, new ActionFilter(Set.of(), null, null, null, text, null, 1, null)).items().isEmpty();
    }

    private boolean matches(ActionRow row, @Nullable String q, Words words) {
        if (q == null) {
            return true;
        }
        var wanted = q.toLowerCase(Locale.ROOT);
        return row.id().startsWith(wanted) || Words.shortId(row.id()).equals(wanted)
                || Stream.of(row.payloadSha256(), row.payloadDigest()).anyMatch(hash -> hash != null && hash.startsWith(wanted.replace(" ", "")))
                || Stream.of(row.summary(), row.target(), previews.gist(row), words.who(row.requestedBy()), row.result())
                        .anyMatch(text -> text != null && text.toLowerCase(Locale.ROOT).contains(wanted));
    }

    private static long sum(Map<ActionStatus, Long> counts, Group group) {
        return counts.entrySet().stream().filter(entry -> group.statuses().isEmpty() || group.statuses().contains(entry.getKey()))
                .mapToLong(Map.Entry::getValue).sum();
    }

    static @Nullable String orNull(String text) {
        return text.isBlank() ? null : text.strip();
    }
}
