package io.countersign.web.admin;

import io.countersign.command.action.api.ActionCommand.EvaluateAction;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Finding;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.evaluation.api.Draft;
import io.countersign.command.evaluation.api.EvaluateDraft;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.evaluation.api.Trial;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.query.action.api.Actions;
import io.countersign.web.policy.PolicyYaml;
import io.countersign.web.security.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;

/** What would become of one request, by the policies in force or by a draft. Nothing is recorded, reserved or sent. */
@Controller
class TesterController {

    private static final int MOST_PARAMS = 256 * 1024;

    private final Trial trial;
    private final Policies policies;
    private final ActionTypes types;
    private final Principals principals;
    private final Actions actions;
    private final Previews previews;
    private final Desk desk;

    TesterController(Trial trial, Policies policies, ActionTypes types, Principals principals, Actions actions, Previews previews, Desk desk) {
        this.trial = trial;
        this.policies = policies;
        this.types = types;
        this.principals = principals;
        this.actions = actions;
        this.previews = previews;
        this.desk = desk;
    }

    /** What is asked, and the draft beside it; empty for none. {@code current}: only what is in force counts. */
    record Sample(String agent, String action, String params, String draft, boolean current) {}

    /**
     * What a draft says of the sample.
     *
     * @param standing a policy of its name is in force
     * @param findings rules that hold
     * @param silent rules that do not
     */
    record Drafted(String name, Outcome outcome, boolean standing, List<Finding> findings, List<PolicyWords.Reading> silent) {}

    /**
     * The answer.
     *
     * @param verdict of the whole pipeline, with what is in force; null when the request would not even be taken
     * @param tried the same with the draft in force, in the place of the policy of its name; null without a draft
     * @param refused why it would not be taken; null when it would
     * @param drafted null without a draft
     */
    record Answer(@Nullable Verdict verdict, @Nullable Verdict tried, @Nullable String refused, List<String> details, @Nullable Drafted drafted) {

        /** What would become of the request; null when it would not be taken. */
        public @Nullable Verdict decisive() {
            return tried == null ? verdict : tried;
        }

        /** Why standing approvals that match do not stand in for a person. */
        public List<String> notStandingIn() {
            var all = decisive();
            return all == null || all.standing() != null ? List.of()
                    : all.trace().stream().filter(step -> step.step().equals("standing")).map(Verdict.Step::detail).toList();
        }
    }

    /** The form: from an action type's example, from an earlier action, or with a policy as the draft. */
    @GetMapping("/admin/policies/tester")
    ModelAndView form(@AuthenticationPrincipal Caller caller, @RequestParam(required = false) @Nullable String like,
            @RequestParam(required = false) @Nullable String action, @RequestParam(defaultValue = "") String agent,
            @RequestParam(required = false) @Nullable String policy) {
        Caution.analyst(caller);
        var draft = policy == null ? "" : policies.byId(caller.workspace(), policy).map(Policy::definition).map(PolicyYaml::write)
                .orElseThrow(NotHere::new);
        if (like != null) {
            var row = actions.byId(caller.toReader(), like).filter(one -> !one.erased()).orElseThrow(NotHere::new);
            return page(caller, new Sample(agent(caller, row.requestedBy()), row.actionType(), previews.pretty(row.payload()), draft, draft.isEmpty()),
                    null, List.of(), HttpStatus.OK);
        }
        return page(caller, begin(caller, agent, action, draft), null, List.of(), HttpStatus.OK);
    }

    /** The example of the wanted type, or of the one most people know. */
    private Sample begin(Caller caller, String agent, @Nullable String wanted, String draft) {
        var offered = offered(caller, agent);
        var chosen = offered.stream().filter(type -> type.name().equals(wanted)).findFirst()
                .or(() -> offered.stream().filter(type -> type.name().equals("email:send")).findFirst()).or(() -> offered.stream().findFirst());
        return new Sample(agent(caller, agent), chosen.map(ActionType::name).orElse(""),
                chosen.map(ActionType::parametersSchema).map(Examples::of).orElse("{}"), draft, draft.isBlank());
    }

    /** Tries it. Without an action, or asked for an example, it only fills in the form. */
    @PostMapping("/admin/policies/tester")
    ModelAndView test(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam(defaultValue = "") String agent,
            @RequestParam(defaultValue = "") String action, @RequestParam(defaultValue = "{}") String params,
            @RequestParam(defaultValue = "") String text, @RequestParam(defaultValue = "draft") String judges,
            @RequestParam(defaultValue = "false") boolean example) {
        Caution.analyst(caller);
        if (example || action.isBlank()) {
            return page(caller, begin(caller, agent, action.strip(), text), null, List.of(), HttpStatus.OK);
        }
        var sample = new Sample(agent, action.strip(), params.substring(0, Math.min(params.length(), MOST_PARAMS)), text,
                judges.equals("current") || text.isBlank());
        PolicyDefinition draft = null;
        if (!sample.current()) {
            try {
                draft = PolicyYaml.readOne(text);
                var faults = policies.faults(caller.workspace(), draft);
                if (!faults.isEmpty()) {
                    throw new InvalidPolicy(faults);
                }
            } catch (InvalidPolicy invalid) {
                return page(caller, sample, null, invalid.faults().stream().map(fault -> PolicyController.Fault.of(fault, text)).toList(),
                        HttpStatus.UNPROCESSABLE_CONTENT);
            }
        }
        return page(caller, sample, answer(caller, words, sample, draft), List.of(), HttpStatus.OK);
    }

    private Answer answer(Caller caller, Words words, Sample sample, @Nullable PolicyDefinition draft) {
        var requester = agent(caller, sample.agent());
        var request = new RequestAction(requester.isEmpty() ? caller.principalId() : requester, caller.workspace(), Caller.API, sample.action(),
                sample.params(), null, null, null, null, null, false);
        try {
            Verdict verdict = desk.send(new EvaluateAction(request));
            if (draft == null) {
                return new Answer(verdict, null, null, List.of(), null);
            }
            Verdict tried = desk.send(new EvaluateDraft(request, new Draft(draft, caller.principalId())));
            return new Answer(verdict, tried, null, List.of(), drafted(caller, words, sample, draft));
        } catch (Refused refused) {
            return new Answer(null, null, Desk.sentence(refused, words), details(refused), null);
        }
    }

    private Drafted drafted(Caller caller, Words words, Sample sample, PolicyDefinition draft) {
        var hits = new ArrayList<Hit>();
        if (draft.agentId() == null || draft.agentId().equals(sample.agent())) {
            Findings findings = trial.of(caller.workspace(), sample.agent().isEmpty() ? null : sample.agent(),
                    new Trial.Sample(sample.action(), Caller.API, sample.params()), List.of(draft), true);
            hits.addAll(findings.hits());
            hits.addAll(findings.approvals());
            hits.addAll(findings.shadow());
        }
        var held = hits.stream().map(Hit::ruleId).toList();
        var silent = new ArrayList<PolicyWords.Reading>();
        var readings = PolicyWords.of(draft, words);
        for (var i = 0; i < readings.size(); i++) {
            if (!held.contains(draft.rules().get(i).id())) {
                silent.add(readings.get(i));
            }
        }
        var standing = policies.all(caller.workspace()).stream().anyMatch(policy -> policy.inForce() && !policy.builtIn()
                && policy.name().equalsIgnoreCase(draft.name()));
        return new Drafted(draft.name(), hits.stream().map(Hit::effect).map(TesterController::outcome).max(Outcome::compareTo).orElse(Outcome.ALLOW),
                standing, hits.stream().map(TesterController::finding).toList(), silent);
    }

    private static Finding finding(Hit hit) {
        return new Finding(hit.rule(), hit.severity().wire(), hit.message(), hit.policy(), hit.effect().wire(), hit.matched(), hit.nearest(),
                hit.isAnswerable() ? true : null);
    }

    private static Outcome outcome(Effect effect) {
        return effect == Effect.BLOCK ? Outcome.BLOCK : effect == Effect.REQUIRE_APPROVAL ? Outcome.REQUIRE_APPROVAL
                : effect == Effect.WARN || effect == Effect.DELAY ? Outcome.ALLOW_WITH_WARNINGS : Outcome.ALLOW;
    }

    private static List<String> details(Refused refused) {
        return refused.details().get("details") instanceof List<?> faults ? faults.stream()
                .filter(ParameterFault.class::isInstance).map(ParameterFault.class::cast).map(fault -> fault.field() + ": " + fault.message()).toList()
                : List.of();
    }

    private ModelAndView page(Caller caller, Sample sample, @Nullable Answer answer, List<PolicyController.Fault> faults, HttpStatus status) {
        var page = new ModelAndView("admin/tester");
        page.addObject("sample", sample);
        page.addObject("answer", answer);
        page.addObject("faults", faults);
        page.addObject("agents", principals.agents(caller.workspace()));
        page.addObject("types", offered(caller, sample.agent()).stream().map(ActionType::name).toList());
        page.setStatus(status);
        return page;
    }

    /** What this agent, or the reader, may ask for. */
    private List<ActionType> offered(Caller caller, String agent) {
        return Optional.of(agent(caller, agent)).filter(id -> !id.isEmpty()).or(() -> Optional.of(caller.principalId())).flatMap(principals::byId)
                .map(types::offered).map(List::copyOf).orElse(List.of());
    }

    /** The id again when it is that of an agent here; empty otherwise. */
    private String agent(Caller caller, String id) {
        return principals.agents(caller.workspace()).stream().map(Principal::id).filter(id::equals).findFirst().orElse("");
    }
}
