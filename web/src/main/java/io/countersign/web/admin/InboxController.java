package io.countersign.web.admin;

import io.countersign.command.action.api.ActionCommand.ApproveAction;
import io.countersign.command.action.api.ActionCommand.DenyAction;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.web.security.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
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
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** What waits for a person: the list on one side, the one to decide on the other. */
@Controller
class InboxController {

    private static final String DELAYED = "delayed";
    private static final int PAGE = 100;
    private static final int AT_ONCE_APPROVED = 25;
    private static final int AT_ONCE_DENIED = 100;

    private final Actions actions;
    private final Principals principals;
    private final Reviews reviews;
    private final Previews previews;
    private final Desk desk;

    InboxController(Actions actions, Principals principals, Reviews reviews, Previews previews, Desk desk) {
        this.actions = actions;
        this.principals = principals;
        this.reviews = reviews;
        this.previews = previews;
        this.desk = desk;
    }

    /**
     * What the address says.
     *
     * @param view {@code all}, {@code mine}, {@code soon}, {@code high}, {@code changed}, or {@code delayed} for what runs by itself unless
     *     somebody cancels it
     * @param agent id of the requester; null for all
     * @param type action type; null for all
     */
    record Filter(@Nullable String view, @Nullable String agent, @Nullable String type, @Nullable String cursor) {

        Filter {
            view = view == null || !Set.of("mine", "soon", "high", "changed", DELAYED).contains(view) ? "all" : view;
            agent = agent == null || agent.isBlank() ? null : agent;
            type = type == null || type.isBlank() ? null : type;
            cursor = cursor == null || cursor.isBlank() ? null : cursor;
        }

        /** Whether this view holds only what is approved on its own, so that several are denied at most. */
        public boolean denying() {
            return "high".equals(view) || "changed".equals(view);
        }

        public boolean narrowed() {
            return agent != null || type != null;
        }

        /** The same list with another selection; null for none. */
        public String with(@Nullable String selected) {
            return address(view, selected, cursor);
        }

        public String viewing(String other) {
            return address(other, null, null);
        }

        public String after(String next) {
            return address(view, null, next);
        }

        private String address(@Nullable String view, @Nullable String selected, @Nullable String cursor) {
            return Addresses.of("/admin/inbox", "view", "all".equals(view) ? null : view, "agent", agent, "type", type, "cursor", cursor,
                    "selected", selected);
        }
    }

    /** Rows that share a span of time. */
    record Group(String title, List<Item> items) {}

    /** One row; {@code apart} says why it is not selected with those around it, null when it can be. */
    record Item(ActionRow row, boolean selected, @Nullable String apart, @Nullable String gist) {}

    /** A tab and how many rows it has on this page. */
    record Tab(String name, String label, long count) {}

    @GetMapping("/admin")
    String home() {
        return "redirect:/admin/inbox";
    }

    @GetMapping("/admin/inbox")
    String inbox(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, Filter filter,
            @RequestParam(required = false) @Nullable String selected, Model model) {
        var page = actions.queue(caller.toReader(), new ActionFilter(Set.of(), null, filter.type(), filter.agent(), null, null, PAGE,
                filter.cursor()));
        var delayed = actions.find(caller.toReader(), new ActionFilter(EnumSet.of(ActionStatus.SCHEDULED), null, filter.type(), filter.agent(), null, null,
                PAGE, null)).items().stream().sorted(Comparator.comparing(row -> row.executeAt() == null ? Instant.MAX : row.executeAt())).toList();
        var rows = filter.view().equals(DELAYED) ? delayed : page.items().stream().filter(row -> shown(row, filter.view(), caller, words)).toList();
        var current = selected != null ? selected : rows.isEmpty() ? null : rows.getFirst().id();
        var index = indexOf(rows, current);
        model.addAttribute("filter", filter);
        model.addAttribute("tabs", tabs(page.items(), delayed.size(), caller, words));
        model.addAttribute("groups", groups(rows, current, filter, caller, words));
        model.addAttribute("rows", rows);
        model.addAttribute("nextCursor", filter.view().equals(DELAYED) ? null : page.nextCursor());
        model.addAttribute("detail", selected != null);
        model.addAttribute("review", current == null ? null : reviews.of(current, caller, words).orElse(null));
        model.addAttribute("missing", selected != null && model.getAttribute("review") == null);
        model.addAttribute("place", index < 0 ? 0 : index + 1);
        model.addAttribute("previous", index > 0 ? filter.with(rows.get(index - 1).id()) : null);
        model.addAttribute("next", index >= 0 && index + 1 < rows.size() ? filter.with(rows.get(index + 1).id()) : null);
        model.addAttribute("onward", onward(rows, index, filter));
        model.addAttribute("types", page.items().stream().map(ActionRow::actionType).distinct().sorted().toList());
        model.addAttribute("requesters", page.items().stream().map(ActionRow::requestedBy).distinct().toList());
        var first = rows.isEmpty() && nothingYet(caller);
        model.addAttribute("first", first);
        if (first) {
            model.addAttribute("agents", principals.agents(caller.workspace()));
            model.addAttribute("curl", Snippets.submit(ServletUriComponentsBuilder.fromCurrentContextPath().build().toUriString()));
        }
        return "admin/inbox";
    }

    /** Several at once: one command each, so every rule holds as if they were decided one by one. */
    @PostMapping("/admin/inbox")
    String decideSeveral(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, Filter filter,
            @RequestParam(name = "id", defaultValue = "") List<String> picked, @RequestParam String decision,
            @RequestParam(defaultValue = "") String reason, RedirectAttributes next) {
        var seen = new HashMap<String, String>();
        picked.forEach(pick -> seen.put(pick.substring(0, Math.max(0, pick.indexOf('.'))), pick.substring(pick.indexOf('.') + 1)));
        var ids = List.copyOf(seen.keySet());
        var approve = decision.equals("approve");
        var limit = approve ? AT_ONCE_APPROVED : AT_ONCE_DENIED;
        if (ids.isEmpty()) {
            Notice.warn(next, "Nothing was selected.");
        } else if (ids.size() > limit) {
            Notice.warn(next, "Nothing was decided: at most %d can be %s at once.".formatted(limit, approve ? "approved" : "denied"));
        } else {
            var said = reason.isBlank() ? null : reason.strip();
            var alone = new ArrayList<String>();
            var together = ids.stream().filter(id -> !approve || !tooRisky(id, caller, words, alone)).toList();
            var tally = desk.each(together, id -> approve
                    ? new ApproveAction(id, caller.workspace(), caller.principalId(), caller.origin(), said, seen.get(id))
                    : new DenyAction(id, caller.workspace(), caller.principalId(), caller.origin(), said),
                    id -> actions.byId(caller.toReader(), id).map(ActionRow::summary).orElse(null), words);
            var notDone = Stream.concat(tally.notDone().stream(), alone.stream()).toList();
            Notice.put(next, notDone.isEmpty() ? "ok" : "warn", (approve ? "Approved " : "Denied ") + Words.many(tally.done(), "action") + "."
                    + (notDone.isEmpty() ? "" : " " + notDone.size() + " not:"), notDone);
        }
        return "redirect:" + filter.with(null);
    }

    private boolean tooRisky(String id, Caller caller, Words words, List<String> alone) {
        var risky = actions.byId(caller.toReader(), id).filter(row -> onItsOwn(row, words));
        risky.ifPresent(row -> alone.add(row.summary() + (row.status() == ActionStatus.STALE ? ": the world changed" : ": high risk")
                + ", so it is approved on its own."));
        return risky.isPresent();
    }

    /** What is dangerous, and what a person has to look at once more. */
    private static boolean onItsOwn(ActionRow row, Words words) {
        return words.risky(row) || row.status() == ActionStatus.STALE;
    }

    private boolean nothingYet(Caller caller) {
        return actions.counts(caller.toReader()).values().stream().allMatch(count -> count == 0);
    }

    private static @Nullable String onward(List<ActionRow> rows, int index, Filter filter) {
        if (index >= 0 && index + 1 < rows.size()) {
            return filter.with(rows.get(index + 1).id());
        }
        return index > 0 ? filter.with(rows.getFirst().id()) : filter.with(null);
    }

    private static int indexOf(List<ActionRow> rows, @Nullable String id) {
        for (var i = 0; i < rows.size(); i++) {
            if (rows.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean shown(ActionRow row, String view, Caller caller, Words words) {
        return switch (view) {
            case "mine" -> Reviews.mayDecide(row, caller);
            case "soon" -> row.expiresAt() != null && Duration.between(words.now(), row.expiresAt()).toHours() < 1;
            case "high" -> words.risky(row);
            case "changed" -> row.status() == ActionStatus.STALE;
            default -> true;
        };
    }

    private static List<Tab> tabs(List<ActionRow> rows, int delayed, Caller caller, Words words) {
        var waiting = Stream.of(List.of("all", "All"), List.of("mine", "Mine"), List.of("soon", "Soon"), List.of("high", "High risk"),
                List.of("changed", "Changed"))
                .map(tab -> new Tab(tab.getFirst(), tab.getLast(),
                        rows.stream().filter(row -> shown(row, tab.getFirst(), caller, words)).count()))
                .filter(tab -> !tab.name().equals("changed") || tab.count() > 0);
        return Stream.concat(waiting, delayed == 0 ? Stream.of() : Stream.of(new Tab(DELAYED, "Delayed", delayed))).toList();
    }

    private List<Group> groups(List<ActionRow> rows, @Nullable String current, Filter filter, Caller caller, Words words) {
        var groups = new ArrayList<Group>();
        for (var row : rows) {
            var title = row.status() == ActionStatus.SCHEDULED ? "Runs by itself" : span(row.expiresAt(), words);
            if (groups.isEmpty() || !groups.getLast().title().equals(title)) {
                groups.add(new Group(title, new ArrayList<>()));
            }
            groups.getLast().items().add(new Item(row, row.id().equals(current), apart(row, filter, caller, words), previews.gist(row)));
        }
        return groups;
    }

    private static @Nullable String apart(ActionRow row, Filter filter, Caller caller, Words words) {
        if (!Reviews.mayDecide(row, caller)) {
            return "You may not decide this one";
        }
        return filter.denying() || !onItsOwn(row, words) ? null : row.status() == ActionStatus.STALE
                ? "The world changed: it is approved on its own. Under Changed, several can be denied together"
                : "High risk: it is approved on its own. Under High risk, several can be denied together";
    }

    private static String span(@Nullable Instant until, Words words) {
        if (until == null) {
            return "No deadline";
        }
        if (Duration.between(words.now(), until).toHours() < 1) {
            return "Answer within the hour";
        }
        var today = words.now().atZone(words.zoneId()).toLocalDate();
        var day = until.atZone(words.zoneId()).toLocalDate();
        return day.equals(today) ? "Later today" : day.equals(today.plusDays(1)) ? "By tomorrow" : "Later";
    }
}
