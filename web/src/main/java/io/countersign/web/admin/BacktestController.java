package io.countersign.web.admin;

import com.github.f4b6a3.uuid.UuidCreator;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.api.Refused;
import io.countersign.command.policy.api.Policies;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.query.action.api.ActionRow;
import io.countersign.query.action.api.Actions;
import io.countersign.query.backtest.api.Backtest;
import io.countersign.query.backtest.api.Backtests;
import io.countersign.query.backtest.api.ChangedAction;
import io.countersign.web.policy.PolicyYaml;
import io.countersign.web.security.Caller;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** What policies would have done with the past. Nothing live is touched. */
@Controller
class BacktestController {

    /** Windows one can choose, by their word in the address. */
    static final Map<String, Duration> WINDOWS = windows();

    /** The window when nobody chose. */
    static final String USUAL = "30d";

    private static final int PAGE = 50;
    private static final Duration PACE = Duration.ofMillis(300);
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final Backtests backtests;
    private final Policies policies;
    private final Actions actions;
    private final Previews previews;
    private final Semaphore followers = new Semaphore(50);

    BacktestController(Backtests backtests, Policies policies, Actions actions, Previews previews) {
        this.backtests = backtests;
        this.policies = policies;
        this.actions = actions;
        this.previews = previews;
    }

    /** One line of the list. */
    record Entry(Backtest backtest, String tried, String window, long changes) {}

    /** Rows of one kind. */
    enum Show {
        ALL("All", row -> true), LOOSER("Looser", row -> row.to().compareTo(row.from()) < 0),
        STRICTER("Stricter", row -> row.to().compareTo(row.from()) > 0), AGAINST("Against a person", ChangedAction::contradicts);

        private final String label;
        private final Predicate<ChangedAction> holds;

        Show(String label, Predicate<ChangedAction> holds) {
            this.label = label;
            this.holds = holds;
        }

        public String label() {
            return label;
        }
    }

    /** One action whose verdict would be another; {@code summary} is null when it can no longer be read, {@code gist} when there is none. */
    record Line(ChangedAction row, @Nullable String summary, @Nullable String gist) {}

    private static Map<String, Duration> windows() {
        var windows = new LinkedHashMap<String, Duration>();
        windows.put("24h", Duration.ofHours(24));
        windows.put("7d", Duration.ofDays(7));
        windows.put(USUAL, Duration.ofDays(30));
        windows.put("90d", Duration.ofDays(90));
        windows.put("365d", Duration.ofDays(365));
        return windows;
    }

    @GetMapping("/admin/backtests")
    String list(@AuthenticationPrincipal Caller caller, Model model) {
        Caution.analyst(caller);
        model.addAttribute("entries", backtests.recent(caller.workspace()).stream().flatMap(one -> entry(caller, one).stream()).toList());
        model.addAttribute("policies", policies.all(caller.workspace()).stream().filter(policy -> !policy.builtIn()).toList());
        model.addAttribute("windows", WINDOWS.keySet());
        return "admin/backtests";
    }

    /** A policy as it stands, in force or taken out, over the past. */
    @PostMapping("/admin/backtests")
    String start(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @RequestParam String policy,
            @RequestParam(defaultValue = USUAL) String window, @RequestParam(defaultValue = "false") boolean without, RedirectAttributes next) {
        Caution.analyst(caller);
        var standing = policies.byId(caller.workspace(), policy).filter(one -> !one.builtIn()).map(Policy::definition).orElseThrow(NotHere::new);
        var tried = new PolicyDefinition(standing.name(), standing.description(), standing.agentId(), standing.origins(), standing.mode(), !without,
                standing.locked(), standing.whitelistedDomains(), standing.rules());
        try {
            return "redirect:" + begin(backtests, caller, tried, window);
        } catch (Refused refused) {
            Notice.warn(next, Desk.sentence(refused, words));
            return "redirect:/admin/backtests";
        }
    }

    /** Begins a trial and answers with the address of its report. */
    static String begin(Backtests backtests, Caller caller, PolicyDefinition tried, String window) {
        var plan = new Backtests.Plan(List.of(tried), WINDOWS.getOrDefault(window, Duration.ofDays(30)));
        return "/admin/backtests/" + backtests.start(UuidCreator.getTimeOrderedEpoch().toString(), caller.workspace(), plan).id();
    }

    @GetMapping("/admin/backtests/{id}")
    String report(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String id,
            @RequestParam(defaultValue = "ALL") Show show, @RequestParam(defaultValue = "0") int page, Model model) {
        Caution.analyst(caller);
        var backtest = backtests.byId(caller.workspace(), id).orElse(null);
        var plan = backtests.plan(caller.workspace(), id).orElse(null);
        if (backtest == null || plan == null) {
            return "admin/backtest-gone";
        }
        var running = backtest.state() == Backtest.State.RUNNING;
        model.addAttribute("backtest", backtest);
        model.addAttribute("tried", tried(plan));
        model.addAttribute("window", window(plan));
        model.addAttribute("rebuilding", running);
        model.addAttribute("readings", plan.policies().stream().flatMap(policy -> PolicyWords.of(policy, words).stream()).toList());
        model.addAttribute("without", plan.policies().stream().noneMatch(PolicyDefinition::enabled));
        model.addAttribute("text", plan.policies().size() == 1 ? PolicyYaml.write(plan.policies().getFirst()) : null);
        if (!running && backtest.processed() > 0) {
            var rows = backtests.changed(caller.workspace(), id);
            var shown = rows.stream().filter(show.holds).toList();
            var from = (int) Math.min((long) PAGE * Math.max(0, page), shown.size());
            model.addAttribute("flow", Flow.of(backtest));
            model.addAttribute("outcomes", Outcome.values());
            model.addAttribute("changed", changes(backtest));
            model.addAttribute("shows", Show.values());
            model.addAttribute("show", show);
            model.addAttribute("shown", shown.size());
            model.addAttribute("lines", shown.subList(from, Math.min(from + PAGE, shown.size())).stream()
                    .map(row -> line(row, actions.byId(caller.toReader(), row.actionId()).orElse(null))).toList());
            model.addAttribute("newer", from == 0 ? null : address(id, show, page - 1));
            model.addAttribute("older", from + PAGE < shown.size() ? address(id, show, page + 1) : null);
        }
        return "admin/backtest";
    }

    @GetMapping(path = "/admin/backtests/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(@AuthenticationPrincipal Caller caller, @PathVariable String id) {
        Caution.analyst(caller);
        backtests.byId(caller.workspace(), id).orElseThrow(NotHere::new);
        var emitter = new SseEmitter(LONGEST.toMillis());
        if (!followers.tryAcquire()) {
            emitter.complete();
            return emitter;
        }
        Thread.ofVirtual().name("backtest-page-" + id).start(() -> tell(emitter, caller.workspace(), id));
        return emitter;
    }

    private void tell(SseEmitter emitter, String workspace, String id) {
        try {
            var now = backtests.byId(workspace, id).orElseThrow(NotHere::new);
            while (now.state() == Backtest.State.RUNNING) {
                emitter.send(SseEmitter.event().name("progress")
                        .data("{\"processed\":%d,\"total\":%d}".formatted(now.processed(), now.total())));
                now = backtests.await(workspace, id, PACE).orElseThrow(NotHere::new);
            }
            emitter.send(SseEmitter.event().name("done").data("{}"));
            emitter.complete();
        } catch (IOException | IllegalStateException | NotHere gone) {
            emitter.complete();
        } finally {
            followers.release();
        }
    }

    @PostMapping("/admin/backtests/{id}/cancel")
    String cancel(@AuthenticationPrincipal Caller caller, @PathVariable String id, RedirectAttributes next) {
        Caution.analyst(caller);
        var stopped = backtests.cancel(caller.workspace(), id).orElseThrow(NotHere::new);
        Notice.ok(next, stopped.state() == Backtest.State.FINISHED ? "It had just finished." : "Stopped. What it had found so far stays.");
        return "redirect:/admin/backtests/{id}";
    }

    private Line line(ChangedAction row, @Nullable ActionRow action) {
        return action == null ? new Line(row, null, null) : new Line(row, action.summary(), previews.gist(action));
    }

    private Optional<Entry> entry(Caller caller, Backtest backtest) {
        return backtests.plan(caller.workspace(), backtest.id()).map(plan -> new Entry(backtest, tried(plan), window(plan), changes(backtest)));
    }

    private static String tried(Backtests.Plan plan) {
        return String.join(", ", plan.policies().stream().map(policy -> policy.name() + (policy.enabled() ? "" : " taken out")).toList());
    }

    private static String window(Backtests.Plan plan) {
        return plan.window().toHours() <= 24 ? Words.many(plan.window().toHours(), "hour") : Words.many(plan.window().toDays(), "day");
    }

    private static long changes(Backtest backtest) {
        return backtest.changes().stream().mapToLong(Backtest.Change::count).sum();
    }

    private static String address(String id, Show show, int page) {
        return Addresses.of("/admin/backtests/" + id, "show", show.name(), "page", page == 0 ? null : Integer.toString(page));
    }
}
