package io.countersign.web.admin;

import com.github.f4b6a3.uuid.UuidCreator;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyCommand.DefinePolicy;
import io.countersign.command.policy.api.PolicyCommand.RestorePolicy;
import io.countersign.command.policy.api.PolicyCommand.RetirePolicy;
import io.countersign.command.policy.api.PolicyCommand.RevisePolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.query.action.api.Actions;
import io.countersign.query.backtest.api.Backtests;
import io.countersign.web.policy.PolicyYaml;
import io.countersign.web.security.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
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

/** The policies: analysts read them, admins write them, as text or, for one plain rule, in a form. */
@Controller
class PolicyController {

    private static final String STARTER = """
            name: large-payments
            description: What a person looks at before money moves
            mode: shadow
            rules:
              - id: above-1000
                condition:
                  type: amount
                  above: 100000
                  currency: EUR
                effect: require_approval
                severity: high
                reason: More than 1,000 euros
            """;

    private final Policies policies;
    private final PolicyHits hits;
    private final Backtests backtests;
    private final Actions actions;
    private final Previews previews;
    private final Desk desk;

    PolicyController(Policies policies, PolicyHits hits, Backtests backtests, Actions actions, Previews previews, Desk desk) {
        this.policies = policies;
        this.hits = hits;
        this.backtests = backtests;
        this.actions = actions;
        this.previews = previews;
        this.desk = desk;
    }

    /** One policy of the list. */
    record Entry(Policy policy, PolicyHits.Tally hits) {}

    /** One thing wrong, with the line it stands on. */
    record Fault(@Nullable Integer line, String field, String message) {

        static Fault of(ParameterFault fault, String text) {
            var line = PolicyYaml.lineOf(text, fault.field());
            return new Fault(line.isPresent() ? line.getAsInt() : null, fault.field(), fault.message());
        }
    }

    /** One of the last actions that a draft would have caught; {@code summary} is null when it can no longer be read. */
    record Caught(Backtests.Caught row, @Nullable String summary, @Nullable String gist) {}

    /**
     * What is known of a draft.
     *
     * @param faults what is wrong with it
     * @param sound its rules in plain words; null while it was not checked or is not sound
     * @param found what it would have caught; null when nobody looked
     * @param newest the newest few of these
     */
    record Checked(List<Fault> faults, @Nullable List<PolicyWords.Reading> sound, Backtests.@Nullable Catch found, List<Caught> newest) {

        private static final Checked NOT = new Checked(List.of(), null, null, List.of());

        static Checked faulty(List<Fault> faults) {
            return new Checked(faults, null, null, List.of());
        }
    }

    /** What the writer wants with the text. */
    enum Intent {
        /** Put it in force. */
        SAVE,
        /** Only say what it would mean. */
        CHECK,
        /** The same, in the time of a key stroke. */
        GLANCE,
        /** Try it over the past. */
        BACKTEST
    }

    /** Kinds of conditions that the form knows, with the name of their one value. */
    enum Kind {
        ACTION("Action matches", "glob"), AMOUNT("Amount above, in minor units", "above"), PATTERN("Text matches (RE2)", "regex"),
        TABLE("Statement touches table", "name"), COLUMN("Statement touches column", "name"), COST("Planner expects more rows than", "threshold"),
        DATASOURCE("Goes to data source", "name"), COMMAND("Command line matches", "glob"), HOST("Host or mail domain is", "hosts"),
        EXPRESSION("Expression is true (CEL)", "cel");

        private final String label;
        private final String field;

        Kind(String label, String field) {
            this.label = label;
            this.field = field;
        }

        public String label() {
            return label;
        }

        Map<String, @Nullable Object> condition(String value) {
            Map<String, @Nullable Object> condition = new LinkedHashMap<>();
            condition.put("type", name().toLowerCase(Locale.ROOT));
            condition.put(field, switch (this) {
                case AMOUNT, COST -> value.matches("[0-9]{1,18}") ? (Object) Long.valueOf(value) : value;
                case HOST -> List.of(value.split("[\\s,]+"));
                default -> value;
            });
            return condition;
        }
    }

    // ---- reading ----

    @GetMapping("/admin/policies")
    String list(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, Model model) {
        Caution.analyst(caller);
        var recent = hits.recent(caller.toReader(), words.now());
        var entries = policies.all(caller.workspace()).stream().map(policy -> new Entry(policy, recent.of(policy))).toList();
        model.addAttribute("own", entries.stream().filter(entry -> !entry.policy().builtIn() && !entry.policy().retired()).toList());
        model.addAttribute("builtIn", entries.stream().filter(entry -> entry.policy().builtIn()).toList());
        model.addAttribute("retired", entries.stream().filter(entry -> entry.policy().retired()).toList());
        model.addAttribute("looked", recent);
        return "admin/policies";
    }

    @GetMapping("/admin/policies/{id}")
    String one(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id,
            @RequestParam(required = false) @Nullable Long from, @RequestParam(required = false) @Nullable Long to, Model model) {
        Caution.analyst(caller);
        var policy = known(caller, id);
        var versions = policies.versions(caller.workspace(), id);
        model.addAttribute("policy", policy);
        model.addAttribute("windows", BacktestController.WINDOWS.keySet());
        model.addAttribute("rules", PolicyWords.of(policy.definition(), words));
        model.addAttribute("text", PolicyYaml.write(policy.definition()));
        model.addAttribute("versions", versions.reversed());
        var recent = hits.recent(caller.toReader(), words.now());
        model.addAttribute("looked", recent);
        model.addAttribute("hits", recent.of(policy));
        if (versions.size() > 1) {
            var after = version(versions, to == null ? policy.version() : to);
            var before = version(versions, from == null ? Math.max(1, after.version() - 1) : from);
            model.addAttribute("before", before);
            model.addAttribute("after", after);
            model.addAttribute("diff", LineDiff.of(written(before), written(after)));
        }
        return "admin/policy";
    }

    private static String written(Policy version) {
        return (version.retired() ? "# out of force\n" : "") + PolicyYaml.write(version.definition());
    }

    private static Policy version(List<Policy> versions, long wanted) {
        return versions.stream().filter(version -> version.version() == wanted).findFirst().orElseThrow(NotHere::new);
    }

    // ---- changing ----

    @GetMapping("/admin/policies/{id}/enforce")
    String confirm(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, Model model) {
        Caution.admin(caller);
        var policy = changeable(caller, id);
        var recent = hits.recent(caller.toReader(), words.now());
        model.addAttribute("policy", policy);
        model.addAttribute("rules", PolicyWords.of(policy.definition(), words));
        model.addAttribute("looked", recent);
        model.addAttribute("hits", recent.of(policy));
        return "admin/policy-enforce";
    }

    @PostMapping("/admin/policies/{id}/enforce")
    String enforce(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, @RequestParam long version,
            RedirectAttributes next) {
        Caution.admin(caller);
        var policy = changeable(caller, id);
        var d = policy.definition();
        desk.tell(next, new RevisePolicy(id, caller.workspace(), version, new PolicyDefinition(d.name(), d.description(), d.agentId(), d.origins(),
                Mode.ENFORCE, d.enabled(), d.locked(), d.whitelistedDomains(), d.rules())), policy.name() + " decides from now on, on every node.", words);
        return "redirect:/admin/policies/{id}";
    }

    @PostMapping("/admin/policies/{id}/retire")
    String retire(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, @RequestParam long version,
            RedirectAttributes next) {
        Caution.admin(caller);
        var policy = changeable(caller, id);
        desk.tell(next, new RetirePolicy(id, caller.workspace(), version), policy.name() + " is out of force, on every node.", words);
        return "redirect:/admin/policies/{id}";
    }

    @PostMapping("/admin/policies/{id}/restore")
    String restore(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, @RequestParam long version,
            RedirectAttributes next) {
        Caution.admin(caller);
        var policy = changeable(caller, id);
        desk.tell(next, new RestorePolicy(id, caller.workspace(), version), policy.name() + " is back as it was.", words);
        return "redirect:/admin/policies/{id}";
    }

    // ---- writing ----

    /** An empty draft, or with {@code like} one that lets the same as an approved action pass again. */
    @GetMapping("/admin/policies/new")
    ModelAndView draft(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam(required = false) @Nullable String like) {
        Caution.admin(caller);
        if (like == null) {
            return editor(null, STARTER, 0, Checked.NOT);
        }
        var row = actions.byId(caller.toReader(), like).filter(LikeThis::mayStandFor).orElseThrow(NotHere::new);
        var drafted = LikeThis.of(row, words);
        var page = editor(null, drafted.map(LikeThis.Draft::text).orElse(STARTER), 0, Checked.NOT);
        page.addObject("like", row);
        page.addObject("free", drafted.map(LikeThis.Draft::free).orElse(null));
        return page;
    }

    @GetMapping("/admin/policies/{id}/edit")
    ModelAndView edit(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        Caution.admin(caller);
        var policy = changeable(caller, id);
        return editor(policy, PolicyYaml.write(policy.definition()), policy.version(), Checked.NOT);
    }

    /** Defines a policy from text, or does with it what the writer wants first. */
    @PostMapping("/admin/policies")
    ModelAndView define(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String text,
            @RequestParam(defaultValue = "SAVE") Intent intent, RedirectAttributes next) {
        Caution.admin(caller);
        return take(caller, words, null, 0, text, intent, next);
    }

    @PostMapping("/admin/policies/{id}")
    ModelAndView revise(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id, @RequestParam long version,
            @RequestParam String text, @RequestParam(defaultValue = "SAVE") Intent intent, RedirectAttributes next) {
        Caution.admin(caller);
        return take(caller, words, changeable(caller, id), version, text, intent, next);
    }

    /** One plain rule, written for the person; what is wrong with it is shown in the text it became, and where it was typed. */
    @PostMapping("/admin/policies/rule")
    ModelAndView rule(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String name, @RequestParam Kind kind,
            @RequestParam String value, @RequestParam String effect, @RequestParam String severity,
            @RequestParam(defaultValue = "") String reason, @RequestParam(defaultValue = "false") boolean shadow,
            @RequestParam Map<String, String> typed, RedirectAttributes next) {
        Caution.admin(caller);
        Map<String, @Nullable Object> rule = new LinkedHashMap<>();
        rule.put("condition", kind.condition(value.strip()));
        rule.put("effect", effect);
        rule.put("severity", severity);
        if (!reason.isBlank()) {
            rule.put("reason", reason.strip());
        }
        Map<String, @Nullable Object> policy = new LinkedHashMap<>();
        policy.put("name", name.strip());
        policy.put("mode", shadow ? "shadow" : "enforce");
        policy.put("rules", List.of(rule));
        var page = take(caller, words, null, 0, PolicyYaml.write(policy), Intent.SAVE, next);
        if (page.getModel().get("checked") instanceof Checked checked) {
            var form = Form.filled(typed);
            for (var fault : checked.faults()) {
                var field = typedAs(fault.field());
                form = form.wrong(field.name(), Form.said(field.label(), fault.message()));
            }
            page.addObject("form", form);
        }
        return page;
    }

    private static Form.Field typedAs(String place) {
        return place.contains("condition") ? new Form.Field("value", "This") : place.endsWith("reason") ? new Form.Field("reason", "Reason")
                : place.equals("name") ? new Form.Field("name", "Name") : new Form.Field("", place);
    }

    private ModelAndView take(Caller caller, Words words, @Nullable Policy standing, long version, String text, Intent intent,
            RedirectAttributes next) {
        PolicyDefinition definition;
        List<ParameterFault> faults;
        try {
            definition = PolicyYaml.readOne(text);
            faults = policies.faults(caller.workspace(), definition, caller.principalId());
        } catch (InvalidPolicy invalid) {
            return editor(standing, text, version, Checked.faulty(faults(invalid.faults(), text)));
        }
        if (!faults.isEmpty()) {
            return editor(standing, text, version, Checked.faulty(faults(faults, text)));
        }
        try {
            return switch (intent) {
                case GLANCE -> editor(standing, text, version, new Checked(List.of(), PolicyWords.of(definition, words), null, List.of()));
                case CHECK -> editor(standing, text, version, checked(caller, words, definition));
                case BACKTEST -> new ModelAndView("redirect:" + BacktestController.begin(backtests, caller, definition, BacktestController.USUAL));
                case SAVE -> save(caller, standing, version, definition, next);
            };
        } catch (Refused refused) {
            var field = refused.code() == RefusalCode.NAME_EXISTS ? "name" : "";
            return editor(standing, text, version,
                    Checked.faulty(faults(List.of(new ParameterFault(field, Desk.sentence(refused, words))), text)));
        }
    }

    private Checked checked(Caller caller, Words words, PolicyDefinition definition) {
        var found = backtests.caught(caller.workspace(), definition, PolicyHits.WINDOW);
        return new Checked(List.of(), PolicyWords.of(definition, words), found, found.newest().stream()
                .map(row -> actions.byId(caller.toReader(), row.actionId()).map(action -> new Caught(row, action.summary(), previews.gist(action)))
                        .orElseGet(() -> new Caught(row, null, null))).toList());
    }

    private ModelAndView save(Caller caller, @Nullable Policy standing, long version, PolicyDefinition definition, RedirectAttributes next) {
        var id = standing == null ? UuidCreator.getTimeOrderedEpoch().toString() : standing.id();
        desk.send(standing == null ? new DefinePolicy(id, caller.workspace(), definition)
                : new RevisePolicy(id, caller.workspace(), version, definition));
        Notice.ok(next, definition.name() + (!definition.enabled() ? " is kept, and is not in force: it says enabled: false."
                : definition.mode() == Mode.SHADOW ? " watches from now on, and changes nothing." : " decides from now on, on every node."));
        return new ModelAndView("redirect:/admin/policies/" + id);
    }

    private static ModelAndView editor(@Nullable Policy policy, String text, long version, Checked checked) {
        var page = new ModelAndView("admin/policy-edit");
        page.addObject("heading", policy == null ? "New policy" : "Edit " + policy.name()); // Thymeleaf takes the word for an operator
        page.addObject("policy", policy);
        page.addObject("text", text);
        page.addObject("version", version);
        page.addObject("checked", checked);
        page.addObject("kinds", Kind.values());
        page.setStatus(checked.faults().isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT);
        return page;
    }

    private static List<Fault> faults(List<ParameterFault> faults, String text) {
        return faults.stream().map(fault -> Fault.of(fault, text)).toList();
    }

    private Policy known(Caller caller, String id) {
        return policies.byId(caller.workspace(), id).orElseThrow(NotHere::new);
    }

    private Policy changeable(Caller caller, String id) {
        return policies.byId(caller.workspace(), id).filter(policy -> !policy.builtIn()).orElseThrow(NotHere::new);
    }
}
