package io.countersign.web.admin;

import com.github.f4b6a3.uuid.UuidCreator;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RevisePolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyJson;
import io.countersign.query.action.api.ActionFilter;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.web.policy.FlatApprovals;
import io.countersign.web.policy.FlatApprovals.FlatRule;
import io.countersign.web.policy.FlatApprovals.Kind;
import io.countersign.web.policy.FlatApprovals.Status;
import io.countersign.web.security.Caller;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Flat rules and the queue, as those know them who come from the older system. A rule is a policy, and a request is decided as anywhere else. */
@Controller
class ApprovalController {

    private static final int PAGE = 25;
    private static final String RULES = "redirect:/admin/approval";

    private final Policies policies;
    private final Actions actions;
    private final Previews previews;
    private final Desk desk;

    ApprovalController(Policies policies, Actions actions, Previews previews, Desk desk) {
        this.policies = policies;
        this.actions = actions;
        this.previews = previews;
        this.desk = desk;
    }

    /** A tab of the queue; {@code name} is the word in the address. */
    record Tab(String name, String label) {}

    /**
     * One request.
     *
     * @param because why a person must look
     * @param mayDecide the reader may say yes or no to it now
     * @param mayNot why not, although somebody may; null when they may or nobody can any more
     * @param alone why it is approved on its own page; null when it can be approved here
     */
    record Item(ActionRow row, Preview preview, @Nullable String gist, String because, boolean mayDecide, @Nullable String mayNot,
            @Nullable String alone) {}

    // ---- rules ----

    @GetMapping("/admin/approval")
    String rules(@AuthenticationPrincipal Caller caller, Model model) {
        Caution.analyst(caller);
        model.addAttribute("rules", policies.all(caller.workspace()).stream().map(FlatApprovals::rule).flatMap(Optional::stream).toList());
        model.addAttribute("kinds", Kind.values());
        model.addAttribute("origins", FlatApprovals.origins());
        model.addAttribute("pending", pending(caller));
        return "admin/approval";
    }

    @PostMapping("/admin/approval/rules")
    ModelAndView define(@AuthenticationPrincipal Caller caller, @RequestParam String name, @RequestParam Kind kind,
            @RequestParam(defaultValue = "") String pattern, @RequestParam(defaultValue = "") String threshold,
            @RequestParam(defaultValue = FlatApprovals.ANY) String origin, @RequestParam Map<String, String> typed, RedirectAttributes next,
            Model model) {
        Caution.admin(caller);
        var id = UuidCreator.getTimeOrderedEpoch().toString();
        return taken(caller, Form.filled(typed), kind, "Its name", threshold, rows -> FlatApprovals.define(id, name.strip(), kind,
                kind == Kind.COST ? null : pattern.strip(), rows, true, origin), definition -> new DefinePolicy(id, caller.workspace(), definition),
                name.strip() + " asks for approval from now on, on every node.", next).answer("/admin/approval", model, () -> rules(caller, model));
    }

    @PostMapping("/admin/approval/rules/{id}")
    ModelAndView change(@AuthenticationPrincipal Caller caller, @PathVariable String id, @RequestParam long version, @RequestParam String name,
            @RequestParam(defaultValue = "") String pattern, @RequestParam(defaultValue = "") String threshold,
            @RequestParam(defaultValue = FlatApprovals.ANY) String origin, @RequestParam Map<String, String> typed, RedirectAttributes next,
            Model model) {
        Caution.admin(caller);
        var flat = known(caller, id);
        return taken(caller, Form.filled(id, typed), flat.kind(), aboutWhat(flat.kind()), threshold, rows -> FlatApprovals.change(flat, name.strip(),
                flat.kind() == Kind.COST ? null : pattern.strip(), rows, flat.enabled(), origin),
                definition -> new RevisePolicy(id, caller.workspace(), version, definition), name.strip() + " is changed, on every node.", next)
                .answer("/admin/approval", model, () -> rules(caller, model));
    }

    @PostMapping("/admin/approval/rules/{id}/enabled")
    String enable(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, @RequestParam long version,
            @RequestParam boolean enabled, RedirectAttributes next) {
        Caution.admin(caller);
        var flat = known(caller, id);
        desk.tell(next, new RevisePolicy(id, caller.workspace(), version, FlatApprovals.change(flat, flat.name(), flat.pattern(), flat.threshold(),
                enabled, flat.origin())), flat.name() + (enabled ? " asks for approval again." : " is switched off. It asks for nothing now."), words);
        return RULES;
    }

    private Form taken(Caller caller, Form form, Kind kind, String about, String threshold, Function<@Nullable Long, PolicyDefinition> drafted,
            Function<PolicyDefinition, Object> command, String done, RedirectAttributes next) {
        if (kind == Kind.COST && !threshold.strip().matches("[1-9][0-9]{0,17}")) {
            return form.wrong("threshold", "A rule about cost needs a number of rows, at least 1.");
        }
        try {
            var definition = PolicyJson.read(PolicyJson.write(drafted.apply(kind == Kind.COST ? Long.valueOf(threshold.strip()) : null)));
            var faults = policies.faults(caller.workspace(), definition);
            if (!faults.isEmpty()) {
                throw new InvalidPolicy(faults);
            }
            return desk.tell(next, form, command.apply(definition), done, none -> null);
        } catch (InvalidPolicy invalid) {
            var wrong = form;
            for (var fault : invalid.faults()) {
                var field = fault.field().contains("condition") ? kind == Kind.COST ? new Form.Field("threshold", "The number of rows")
                        : new Form.Field("pattern", about) : fault.field().startsWith("origin") ? new Form.Field("origin", "Where it comes from")
                        : new Form.Field("name", "Name");
                wrong = wrong.wrong(field.name(), Form.said(field.label(), fault.message()));
            }
            return wrong;
        }
    }

    /** The label of what a rule looks for. */
    private static String aboutWhat(Kind kind) {
        return switch (kind) {
            case TABLE -> "Table";
            case COLUMN -> "Column";
            case DATASOURCE -> "Data source";
            case COST -> "Rows";
        };
    }

    private FlatRule known(Caller caller, String id) {
        return policies.byId(caller.workspace(), id).flatMap(FlatApprovals::rule).orElseThrow(NotHere::new);
    }

    // ---- queue ----

    @GetMapping("/admin/approval/queue")
    String queue(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam(defaultValue = "pending") String status,
            @RequestParam(required = false) @Nullable String cursor, Model model) {
        Caution.analyst(caller);
        var page = actions.find(caller.toReader(), new ActionFilter(statuses(status), false, null, null, null, null, PAGE, cursor));
        model.addAttribute("status", status);
        model.addAttribute("tabs", Stream.concat(Arrays.stream(Status.values()).map(one -> new Tab(one.wire(), label(one))),
                Stream.of(new Tab("all", "All"))).toList());
        model.addAttribute("items", page.items().stream().map(row -> new Item(row, previews.of(row), previews.gist(row), Reviews.because(row),
                Reviews.mayDecide(row, caller), row.status().isDecidable() ? Reviews.hindrance(row, caller) : null, alone(row, words))).toList());
        model.addAttribute("pending", pending(caller));
        model.addAttribute("here", Addresses.of("/admin/approval/queue", "status", status));
        model.addAttribute("first", cursor == null);
        model.addAttribute("next", page.nextCursor() == null ? null
                : Addresses.of("/admin/approval/queue", "status", status, "cursor", page.nextCursor()));
        return "admin/approval-queue";
    }

    private static Set<ActionStatus> statuses(String name) {
        if (name.equals("all")) {
            var all = EnumSet.noneOf(ActionStatus.class);
            Arrays.stream(Status.values()).forEach(status -> all.addAll(status.ours()));
            return all;
        }
        return Status.named(name).map(Status::ours).orElseThrow(() -> new Refused(RefusalCode.VALIDATION_ERROR,
                "There is no such status. The queue knows pending, approved, denied, expired and all."));
    }

    /** What is approved with care is read on its own page first. */
    private static @Nullable String alone(ActionRow row, Words words) {
        return row.terms().profile().confirmationPhrase() != null ? "It is approved with a phrase, on its own page."
                : words.risky(row) ? "High risk: it is approved on its own page." : null;
    }

    private long pending(Caller caller) {
        var counts = actions.counts(caller.toReader());
        return Status.PENDING.ours().stream().mapToLong(one -> counts.getOrDefault(one, 0L)).sum();
    }

    private static String label(Status status) {
        return switch (status) {
            case PENDING -> "Waiting";
            case APPROVED -> "Approved";
            case DENIED -> "Denied";
            case EXPIRED -> "Expired";
        };
    }
}
