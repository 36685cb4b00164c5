package io.countersign.command.action;

import io.countersign.command.action.SameAgain.Place;
import io.countersign.command.action.api.ActionCommand.EvaluateAction;
import io.countersign.command.action.api.ActionCommand.RequestAction;
import io.countersign.command.action.api.ActionCommand.RequestAuthorization;
import io.countersign.command.action.api.ActionCommand.Submitted;
import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.action.api.Safeguard.Asked;
import io.countersign.command.action.api.Safeguard.Reserved;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict.Reuse;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.action.api.Verdict.Outcome;
import io.countersign.command.api.Ids;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.budget.api.Reservations;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionType.Description;
import io.countersign.command.catalogue.api.ActionType.GateFacts;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.action.Inspection.Seen;
import io.countersign.command.evaluation.Evaluation;
import io.countersign.command.evaluation.StricterTerms;
import io.countersign.command.evaluation.api.Draft;
import io.countersign.command.evaluation.api.EvaluateDraft;
import io.countersign.command.evaluation.TermsInForce;
import io.countersign.command.execpolicy.api.ExecPolicies;
import io.countersign.command.monitoring.api.Monitor;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.command.store.api.EventReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The way in. The steps stand in the order in which they are taken: who asks, repeat or new, which type, are the parameters valid, is the
 * target allowed, is there room in the limits, on what terms. A fault before the evaluation makes no action; a "no" of the rules does.
 */
@Component
class Submission {

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final int LONGEST_DELAY = 86_400;

    private final Repository<Action> actions;
    private final EventReader events;
    private final ActionTypes types;
    private final ActionSettings settings;
    private final Principals principals;
    private final Reservations reservations;
    private final Safeguards safeguards;
    private final Monitor monitor;
    private final ExecPolicies execPolicies;
    private final Inspection inspection;
    private final Keyring keyring;
    private final Ids ids;
    private final Clock clock;

    Submission(Repository<Action> actions, EventReader events, ActionTypes types, ActionSettings settings, Principals principals,
            Reservations reservations, Safeguards safeguards, Monitor monitor, ExecPolicies execPolicies, Inspection inspection,
            Keyring keyring, Ids ids, Clock clock) {
        this.actions = actions;
        this.events = events;
        this.types = types;
        this.settings = settings;
        this.principals = principals;
        this.reservations = reservations;
        this.safeguards = safeguards;
        this.monitor = monitor;
        this.execPolicies = execPolicies;
        this.inspection = inspection;
        this.keyring = keyring;
        this.ids = ids;
        this.clock = clock;
    }

    /** A request that passed the checks that make no action, with what the rules say of it. */
    private record Judged(ActionType type, Terms terms, Description description, JsonNode params, Asked asked, Evaluation evaluation,
            Seen seen, Verdict verdict, Principal requester, @Nullable String reason) {}

    @CommandHandler
    Submitted handle(RequestAction c) throws Exception {
        return submit(c, false);
    }

    @CommandHandler
    Submitted handle(RequestAuthorization c) throws Exception {
        return submit(c.request(), true);
    }

    private Submitted submit(RequestAction c, boolean open) throws Exception {
        Principal requester = requester(c);
        Optional<Submitted> repeat = c.idempotencyKey() == null ? Optional.empty() : repeat(c, c.idempotencyKey());
        if (repeat.isPresent()) {
            return repeat.get();
        }
        Place place = place(c, requester);
        if (place.taken()) {
            return new Submitted(place.id(), true);
        }
        String id = place.id();
        Judged judged = judge(c, requester, place, true, open, null);
        Instant now = judged.asked().at();
        List<Reserved> held = new ArrayList<>();
        if (judged.verdict().outcome() != Outcome.BLOCK) {
            reserve(c, judged, id, now);
            held.addAll(safeguards.reserve(judged.asked(), judged.params(), id));
        }
        Reuse reuse = judged.verdict().reuse();
        if (reuse != null) {
            actions.load(reuse.actionId()).execute(granting -> granting.serveAgain(id, reuse, now));
        }
        actions.newInstance(() -> {
            keyring.create(id);
            String salt = ids.salt();
            return new Action(requested(id, c, judged, salt), stored(id, judged, salt), judged.terms().expiry(now, settings.expiry()),
                    now.plus(timeToWithdraw(judged, c.delaySeconds())), List.copyOf(held));
        });
        return new Submitted(id, false);
    }

    @CommandHandler
    Verdict handle(EvaluateAction c) {
        Principal requester = requester(c.request());
        return judge(c.request(), requester, place(c.request(), requester), false, false, null).verdict();
    }

    @CommandHandler
    Verdict handle(EvaluateDraft c) {
        Principal requester = requester(c.request());
        return judge(c.request(), requester, place(c.request(), requester), false, false, c.draft()).verdict();
    }

    /** The longest of what the type gives, the request wants and the policies ask for; where it was approved beforehand, the pause after that counts too. */
    private static Duration timeToWithdraw(Judged judged, @Nullable Integer wanted) {
        int pause = judged.evaluation().isAnswered() ? judged.terms().profile().settleSeconds() : 0;
        int longest = Math.max(wanted == null ? 0 : wanted, StricterTerms.delay(judged.seen().findings().hits()));
        Duration asked = Duration.ofSeconds(Math.max(pause, longest));
        Duration given = judged.type().delay();
        return asked.compareTo(given) > 0 ? asked : given;
    }

    /** A request may only make the delay longer: who asks must not cut short the time in which others can withdraw it. */
    private static void mustNotHurry(RequestAction c, ActionType type, Terms usual) {
        Integer wanted = c.delaySeconds();
        if (wanted == null) {
            return;
        }
        long given = type.delay().toSeconds();
        String fault = !usual.waitsFirst() ? "is for what the catalogue delays; " + c.action() + " is " + usual.tier()
                : wanted < given ? "must be at least " + given + ", the delay of " + c.action() + ": a request may wait longer, never shorter"
                : wanted > LONGEST_DELAY ? "must be at most " + LONGEST_DELAY : null;
        if (fault != null) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "delay_seconds " + fault + ".",
                    Map.of("details", List.of(new ParameterFault("delay_seconds", fault))));
        }
    }

    private Principal requester(RequestAction c) {
        return principals.byId(c.requesterId()).filter(Principal::enabled).filter(p -> p.workspace().equals(c.workspace()))
                .orElseThrow(() -> new Refused(RefusalCode.FORBIDDEN, "These credentials may not ask for actions here."));
    }

    private Optional<Submitted> repeat(RequestAction c, String key) {
        String id = Digests.actionId(c.workspace(), c.requesterId(), key);
        List<EventReader.Stored> stream = events.read(List.of(id), Long.MAX_VALUE).get(id);
        if (stream == null) {
            return Optional.empty();
        }
        ActionRequested first = (ActionRequested) stream.getFirst().payload();
        Optional<ActionContent.Request> content = keyring.open(first.content(), Action.REQUESTED, ActionContent.Request.class);
        if (content.isPresent() && c.bodySha256() != null && !c.bodySha256().equals(content.get().bodySha256())) {
            throw new Refused(RefusalCode.IDEMPOTENCY_CONFLICT,
                    "This Idempotency-Key was used before with another body. Use a new key for a new request.", Map.of("action_id", id));
        }
        return Optional.of(new Submitted(id, true));
    }

    /** A new id, unless the caller has given one by a key, or the type says that this may be the same as an earlier request. */
    private Place place(RequestAction c, Principal requester) {
        if (c.idempotencyKey() != null) {
            return Place.alone(Digests.actionId(c.workspace(), c.requesterId(), c.idempotencyKey()));
        }
        return types.offered(requester, c.action()).flatMap(type -> type.fingerprint(c.workspace(), type.effective(parse(c.params()))))
                .map(fingerprint -> new SameAgain(events, settings.expiry())
                        .of(c.workspace(), c.requesterId(), keyring.blind(c.action() + '\n' + fingerprint), clock.instant()))
                .orElseGet(() -> Place.alone(ids.next()));
    }

    /**
     * @param take reserve what is counted
     * @param open what the catalogue does not know is the caller's own
     * @param draft a policy that is taken to be in force
     */
    private Judged judge(RequestAction c, Principal requester, Place place, boolean take, boolean open, @Nullable Draft draft) {
        long started = System.nanoTime();
        ActionType type = types.offered(requester, c.action()).or(() -> open && types.byName(c.action()).isEmpty() ? Optional.of(new CallersOwn(c.action())) : Optional.empty())
                .filter(t -> !Boolean.FALSE.equals(enabled(t.name())))
                .orElseThrow(() -> new Refused(RefusalCode.ACTION_UNKNOWN,
                        "There is no action called \"" + c.action() + "\" for you. GET /api/v1/catalogue or ask an admin."));
        String reason = Action.remark(c.reason());
        JsonNode sent = parse(c.params());
        List<ParameterFault> faults = type instanceof CallersOwn ? List.of() : types.faults(type, sent);
        if (!faults.isEmpty()) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The parameters do not fit " + c.action() + ": " + faults.getFirst().field()
                    + ": " + faults.getFirst().message(), Map.of("details", faults));
        }
        JsonNode params = type.effective(sent);
        boolean forced = c.forceApproval() && execPolicies.of(c.workspace()).approvalsEnabled();
        mustNotHurry(c, type, TermsInForce.of(type, settings, false));
        Terms terms = TermsInForce.of(type, settings, forced);
        GateFacts facts = new GateFacts(c.workspace(), email -> isMember(c.workspace(), email), Map.of());
        Evaluation evaluation = new Evaluation()
                .pass("catalogue", type instanceof CallersOwn ? c.action() + " is not in the catalogue; the caller does it"
                        : c.action() + " is known and enabled")
                .pass("parameters", type instanceof CallersOwn ? "a JSON object" : "valid against the schema of " + c.action())
                .gate("target", "every target is allowed",
                        type.gate(params, facts).map(block -> new Evaluation.Refusal(block.code(), block.reason())));
        Asked asked = asked(c, requester, type);
        safeguards.examine(asked, params, evaluation);
        evaluation.gate("monitoring", "no monitoring rule is broken",
                monitor.observe(asked, place.id(), take).map(broken -> new Evaluation.Refusal("monitoring_tripped", broken)));
        Description description = type.describe(params);
        Seen seen = inspection.look(new Inspection.Subject(place.id(), c.workspace(), type, terms, c.origin(), requester, description.target(),
                c.forceApproval(), params, asked.at(), take && !evaluation.isBlocked()), draft);
        seen.inDoubt().forEach(evaluation::uninspectable);
        evaluation.policies(seen.findings());
        Optional<Terms> stricter = StricterTerms.of(terms, seen.findings().hits());
        evaluation.gate("approvers", "somebody may decide", stricter.isPresent() ? Optional.empty() : Optional.of(new Evaluation.Refusal(
                "unapprovable", "The policies name approvers who have nobody in common, so nobody could decide.")));
        Terms inForce = stricter.orElse(terms);
        evaluation.mode(inForce, forced);
        answerBeforehand(c, requester, place, inForce, seen, evaluation);
        if (evaluation.isAnswered()) {
            inForce = StricterTerms.answered(inForce, inForce.profile().settleSeconds() > 0 || !type.delay().isZero());
        }
        Verdict verdict = evaluation.verdict((System.nanoTime() - started) / 1_000);
        return new Judged(type, inForce, description, params, asked, evaluation, seen, verdict, requester, reason);
    }

    /** What was approved before, for this very request or by a rule, and how far a person's answer will serve. */
    private void answerBeforehand(RequestAction c, Principal requester, Place place, Terms inForce, Seen seen, Evaluation evaluation) {
        if (place.grantor() != null && !c.forceApproval()) {
            ReusedApprovals.answer(place.grantor(), inForce, evaluation, principals, seen.at());
        }
        new StandingApprovals(principals, requester, inForce, c.forceApproval()).answer(seen.findings().approvals(), evaluation);
        if (place.inRow() && !c.forceApproval()) {
            ReusedApprovals.offer(seen.findings().hits(), evaluation, settings.expiry());
        }
    }

    /** The verdict as it stands in the log: the words under the key of the action, and what it takes to compute it again. */
    private Verdict stored(String id, Judged judged, String salt) {
        return judged.evaluation().stored(judged.verdict().evaluationMicros(),
                judged.seen().inputs(salt, words -> keyring.seal(id, Action.VERDICT, words), judged.verdict()));
    }

    private Asked asked(RequestAction c, Principal requester, ActionType type) {
        return new Asked(c.workspace(), requester.id(), requester instanceof Principal.Agent, type.name(), type.connector(),
                type.entry().map(Entry::name).orElse(null), type.scope(), c.forceApproval(), clock.instant());
    }

    private @Nullable Boolean enabled(String type) {
        Boolean own = settings.of(type).enabled();
        return own != null ? own : settings.defaults().enabled();
    }

    private boolean isMember(String workspace, String email) {
        return principals.byEmail(email).filter(Principal::enabled).filter(p -> p.workspace().equals(workspace)).isPresent();
    }

    private static JsonNode parse(String params) {
        try {
            JsonNode node = JSON.readTree(params);
            if (node.isObject()) {
                return node;
            }
        } catch (JacksonException e) {
            // answered below: the parser's own text quotes the input
        }
        throw new Refused(RefusalCode.VALIDATION_ERROR, "params must be a JSON object.",
                Map.of("details", List.of(new ParameterFault("params", "must be a JSON object"))));
    }

    private void reserve(RequestAction c, Judged judged, String id, Instant now) {
        String type = judged.type().name();
        Integer ofEntry = judged.type().entry().map(entry -> entry.definition().ratePerMinute()).orElse(null);
        if (ofEntry != null && !reservations.reserve(c.workspace(), "entry/" + c.action(), now, Duration.ofMinutes(1), id, ofEntry)) {
            throw new Refused(RefusalCode.RATE_LIMITED, c.action() + " may be asked for " + ofEntry + " times a minute, and has been.",
                    Map.of("usage", Map.of("limit", ofEntry, "used", ofEntry, "window_seconds", 60), "retry_after",
                            60 - now.getEpochSecond() % 60));
        }
        int own = judged.type().callsPerMinute().orElse(0);
        if (own > 0 && !reservations.reserve(c.workspace(), "calls/" + type + "/" + c.requesterId(), now, Duration.ofMinutes(1), id, own)) {
            throw new Refused(RefusalCode.RATE_LIMITED, "You may ask for " + type + " " + own + " times a minute, and have.",
                    Map.of("usage", Map.of("limit", own, "used", own, "window_seconds", 60), "retry_after", 60 - now.getEpochSecond() % 60));
        }
        Integer perMinute = settings.of(type).rateLimitPerMinute() != null ? settings.of(type).rateLimitPerMinute()
                : settings.defaults().rateLimitPerMinute();
        if (perMinute != null
                && !reservations.reserve(c.workspace(), "rate/" + type, now, Duration.ofMinutes(1), id, perMinute)) {
            throw new Refused(RefusalCode.RATE_LIMITED, type + " may be asked for " + perMinute + " times a minute, and has been.",
                    Map.of("usage", Map.of("limit", perMinute, "used", perMinute, "window_seconds", 60), "retry_after",
                            60 - now.getEpochSecond() % 60));
        }
        Integer perConversation = settings.of(type).maxPerConversation() != null ? settings.of(type).maxPerConversation()
                : settings.defaults().maxPerConversation();
        if (perConversation != null && c.conversationId() != null && !reservations.reserve(c.workspace(),
                "conversation/" + type + "/" + Digests.sha256(c.conversationId()), now, Duration.ZERO, id, perConversation)) {
            throw new Refused(RefusalCode.RATE_LIMITED,
                    type + " may be asked for " + perConversation + " times in one conversation, and has been.",
                    Map.of("usage", Map.of("limit", perConversation, "used", perConversation)));
        }
    }

    private ActionRequested requested(String id, RequestAction c, Judged judged, String salt) {
        ActionContent.Request content = new ActionContent.Request(c.params(), salt, c.bodySha256(), judged.description().summary(),
                judged.description().target(), judged.reason(), c.context());
        String owner = judged.requester() instanceof Principal.Agent agent ? agent.ownerId() : null;
        return new ActionRequested(id, c.workspace(), c.requesterId(), owner, c.origin(), judged.type().name(), judged.type().connector(),
                judged.type().operation(), Digests.salted(salt, c.params()), c.conversationId(), c.forceApproval(), judged.terms(),
                keyring.seal(id, Action.REQUESTED, content));
    }
}
