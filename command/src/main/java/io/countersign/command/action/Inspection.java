package io.countersign.command.action;

import io.countersign.command.action.api.ActionContent;
import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Verdict;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.evaluation.api.Draft;
import io.countersign.command.evaluation.api.FactSource;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.RateKeeper;
import io.countersign.command.evaluation.api.Rulebook;
import io.countersign.command.evaluation.api.Rulebooks;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.sealing.api.Sealed;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds out what an action touches, and asks the policies in force. */
@Component
class Inspection {

    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Rulebooks rulebooks;
    private final List<FactSource> sources;
    private final @Nullable RateKeeper rates;
    private final PastDecisions past;

    /** @param rates who counts; without anybody, every rule about a rate is undecided */
    Inspection(Rulebooks rulebooks, List<FactSource> sources, Optional<RateKeeper> rates, PastDecisions past) {
        this.past = past;
        this.rulebooks = rulebooks;
        this.sources = List.copyOf(sources);
        this.rates = rates.orElse(null);
    }

    /**
     * An action to look at.
     *
     * @param id for which windows are reserved
     * @param take reserve where a rule counts; otherwise only look
     */
    record Subject(String id, String workspace, ActionType type, Terms terms, String origin, Principal requester, String target,
            boolean forceApproval, JsonNode params, Instant at, boolean take) {}

    /**
     * What was seen.
     *
     * @param gathered facts that do not follow from the request, by namespace
     * @param inDoubt namespaces that cannot be inspected, and why
     */
    record Seen(Facts facts, Map<String, Object> gathered, Map<String, String> inDoubt, Findings findings, Instant at) {

        /**
         * What it takes to compute the verdict again.
         *
         * @param full the verdict in full, whose words are sealed
         */
        Verdict.Inputs inputs(String salt, Function<ActionContent.Judgement, Sealed> seal, Verdict full) {
            Map<String, String> counted = new TreeMap<>();
            findings.rates().forEach((rule, answer) -> counted.put(rule, answer.name().toLowerCase(Locale.ROOT)));
            return new Verdict.Inputs(
                    findings.policies().stream().map(asked -> new Verdict.PolicyVersion(asked.policyId(), asked.version())).toList(),
                    Digests.salted(salt, JSON.writeValueAsString(facts.namespaces())),
                    seal.apply(new ActionContent.Judgement(JSON.writeValueAsString(gathered), full.reason(), full.violations(),
                            full.warnings(), full.shadow())), at, findings.interrupted(), counted);
        }
    }

    /**
     * Looks at a new request.
     *
     * @param draft a policy that is taken to be in force
     */
    Seen look(Subject subject, @Nullable Draft draft) {
        return look(subject, draft, this::count);
    }

    /** Looks again, right before the start. What was counted then stays counted, and does not count again. */
    Seen lookAgain(Subject subject) {
        return look(subject, null, (asked, facts) -> (policyId, ruleId, rate, take) -> RateKeeper.Answer.WITHIN);
    }

    private interface Counting {
        Rulebook.Rates of(Subject subject, Facts facts);
    }

    private Seen look(Subject subject, @Nullable Draft draft, Counting counting) {
        Facts facts = Facts.request(subject.type().name(), subject.type().connector(), subject.type().operation(), subject.terms().scope(),
                subject.terms().reversible(), subject.origin(), subject.target(), subject.forceApproval(), subject.params(), subject.at())
                .through(subject.type().entry().map(Entry::name));
        Gathered found = gathered(sources, subject.workspace(), subject.type(), subject.params());
        Map<String, Object> gathered = new LinkedHashMap<>();
        gathered.put("agent", requester(subject.requester()));
        gathered.putAll(found.facts());
        String agentId = subject.requester() instanceof Principal.Agent agent ? agent.id() : null;
        Rulebook rulebook = rulebooks.rulebook(subject.workspace(), agentId, draft);
        gathered.putAll(past(rulebook, new PastDecisions.Case(subject.workspace(), subject.requester().id(),
                subject.type().entry().map(Entry::name).orElse(subject.type().name()), subject.target()), subject.at()));
        facts = new Gathered(gathered, found.inDoubt()).over(facts);
        Findings findings = rulebook.judge(facts, subject.at(), counting.of(subject, facts), Set.of());
        return new Seen(facts, gathered, found.inDoubt(), findings, subject.at());
    }

    /** What sources tell, by namespace, and which of it cannot be trusted, and why. */
    record Gathered(Map<String, Object> facts, Map<String, String> inDoubt) {

        Facts over(Facts request) {
            Facts all = request;
            for (Map.Entry<String, Object> more : facts.entrySet()) {
                all = all.with(more.getKey(), (Map<?, ?>) more.getValue());
            }
            return all;
        }
    }

    /** What people decided before about the same, where some rule asks for it. */
    Map<String, Object> past(Rulebook rulebook, PastDecisions.Case asked, Instant now) {
        return rulebook.names(PastDecisions.NAMESPACE) ? Map.of(PastDecisions.NAMESPACE, past.of(asked, now)) : Map.of();
    }

    List<FactSource> sources() {
        return sources;
    }

    static Gathered gathered(List<FactSource> sources, String workspace, ActionType type, JsonNode params) {
        Map<String, Object> facts = new LinkedHashMap<>();
        Map<String, String> inDoubt = new TreeMap<>();
        for (FactSource source : sources) {
            if (source.speaksFor(type)) {
                Object told = ask(source, workspace, type, params);
                facts.put(source.namespace(), told);
                if (told instanceof Map<?, ?> map && map.get(FactSource.UNINSPECTABLE) instanceof String why) {
                    inDoubt.put(source.namespace(), why);
                }
            }
        }
        return new Gathered(facts, inDoubt);
    }

    private static Object ask(FactSource source, String workspace, ActionType type, JsonNode params) {
        try {
            return Objects.requireNonNullElse(Facts.of(JSON.valueToTree(source.gather(workspace, type, params))), Map.of());
        } catch (RuntimeException e) {
            LOG.warn("The facts of {} could not be gathered for {}: {}", source.namespace(), type.name(), e.getClass().getName());
            return Map.of(FactSource.UNINSPECTABLE, "The facts could not be gathered.");
        }
    }

    static Map<String, Object> requester(Principal requester) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("id", requester.id());
        facts.put("name", requester.name());
        switch (requester) {
            case Principal.Agent agent -> {
                facts.put("kind", "agent");
                if (agent.ownerId() != null) {
                    facts.put("owner_id", agent.ownerId());
                }
            }
            case Principal.Person person -> {
                facts.put("kind", "person");
                facts.put("role", person.role().name().toLowerCase(Locale.ROOT));
            }
        }
        return facts;
    }

    private Rulebook.Rates count(Subject subject, Facts facts) {
        RateKeeper keeper = rates;
        return keeper == null ? Rulebook.Rates.NONE : (policyId, ruleId, rate, take) -> keeper.ask(subject.workspace(), policyId, ruleId, rate,
                facts, subject.at(), subject.id(), take && subject.take());
    }

    /** What the windows hold now, nothing taken. */
    Rulebook.Rates counted(String workspace, Facts facts, Instant now) {
        RateKeeper keeper = rates;
        return keeper == null ? Rulebook.Rates.NONE
                : (policyId, ruleId, rate, take) -> keeper.ask(workspace, policyId, ruleId, rate, facts, now, "", false);
    }
}
