package io.countersign.command.policy.api;

import io.countersign.command.action.api.Terms.Profile;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.command.policy.api.Rule.Exemption;
import io.countersign.command.principal.api.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one shape in which a policy is written, in JSON, YAML and events: plain maps, lists, text, numbers and booleans with names in snake
 * case. Reading is strict: an unknown name is a fault, and every fault tells its place.
 */
public final class PolicyJson {

    /** Channels a policy may name. */
    public static final Set<String> ORIGINS = Set.of("api", "chat", "mcp", "scheduler", "slack", "teams", "telegram", "discord", "whatsapp",
            "gchat", "webhook", "cli", "console", "peer");

    private static final Set<String> RATE_KEYS = Set.of("agent", "action", "target", "workspace");
    private static final String NAME = "[A-Za-z0-9_-]{1,64}";
    private static final int MOST_RULES = 50;
    private static final int MOST_EXEMPTIONS = 20;
    private static final int LONGEST_PATTERN = 1_000;
    private static final int LONGEST_EXPRESSION = 2_000;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_SENTENCE = 300;
    private static final double USUAL_CONFIDENCE = 0.85;
    private static final int DAY = 86_400;
    private static final Set<String> APPROVING = Set.of("action", "column", "command", "datasource", "expression", "table");

    private PolicyJson() {}

    /**
     * Reads a definition.
     *
     * @throws InvalidPolicy with at most 20 faults, each with its place
     */
    public static PolicyDefinition read(Map<String, @Nullable Object> written) {
        Fields fields = Fields.strict("", written);
        PolicyDefinition definition = definition(fields);
        fields.complain();
        return definition;
    }

    /** Reads a list of rules alone, as in a draft. */
    public static List<Rule> readRules(List<?> written) {
        Fields fields = Fields.strict("", Map.of("rules", written));
        List<Rule> rules = rules(fields);
        fields.complain();
        return rules;
    }

    /** Reads what was valid when it was stored; names that are not known yet are passed over. */
    static PolicyDefinition stored(Map<String, @Nullable Object> written) {
        Fields fields = Fields.lenient(written);
        PolicyDefinition definition = definition(fields);
        fields.complain();
        return definition;
    }

    /** Writes a definition; {@link #read} gives it back. */
    public static Map<String, Object> write(PolicyDefinition definition) {
        Map<String, Object> to = new LinkedHashMap<>();
        to.put("name", definition.name());
        put(to, "description", definition.description());
        put(to, "agent", definition.agentId());
        to.put("origins", definition.origins());
        to.put("mode", definition.mode().wire());
        to.put("enabled", definition.enabled());
        to.put("locked", definition.locked());
        to.put("whitelisted_domains", definition.whitelistedDomains());
        to.put("rules", definition.rules().stream().map(PolicyJson::write).toList());
        return to;
    }

    /** Writes a rule. */
    public static Map<String, Object> write(Rule rule) {
        Map<String, Object> to = new LinkedHashMap<>();
        to.put("id", rule.id());
        put(to, "name", rule.name());
        to.put("condition", write(rule.condition()));
        to.put("effect", rule.effect().wire());
        put(to, "delay_seconds", rule.delaySeconds());
        to.put("severity", rule.severity().wire());
        to.put("confidence", rule.confidence());
        put(to, "reason", rule.reason());
        put(to, "profile", rule.profile() == null ? null : write(rule.profile()));
        put(to, "expires_at", rule.expiresAt() == null ? null : rule.expiresAt().toString());
        if (!rule.exemptions().isEmpty()) {
            to.put("exemptions", rule.exemptions().stream().map(PolicyJson::write).toList());
        }
        if (rule.reusable()) {
            to.put("reusable", true);
            put(to, "max_uses", rule.maxUses());
            put(to, "reuse_seconds", rule.reuseSeconds());
        }
        return to;
    }

    /** Writes a condition. */
    public static Map<String, Object> write(Condition condition) {
        Map<String, Object> to = new LinkedHashMap<>();
        to.put("type", condition.type());
        switch (condition) {
            case Condition.Table c -> to.put("name", c.name());
            case Condition.Column c -> to.put("name", c.name());
            case Condition.Cost c -> to.put("threshold", c.threshold());
            case Condition.Datasource c -> to.put("name", c.name());
            case Condition.Pattern c -> {
                to.put("regex", c.regex());
                put(to, "context_requires", c.contextRequires());
            }
            case Condition.CommandLine c -> to.put("glob", c.glob());
            case Condition.Amount c -> {
                to.put("above", c.above());
                put(to, "currency", c.currency());
            }
            case Condition.Host c -> {
                to.put("hosts", c.hosts());
                to.put("unlisted", c.unlisted());
            }
            case Condition.ActionName c -> to.put("glob", c.glob());
            case Condition.Expression c -> to.put("cel", c.cel());
            case Condition.Rate c -> {
                to.put("glob", c.glob());
                to.put("measure", c.sum() ? "sum" : "count");
                to.put("per", c.per());
                to.put("limit", c.limit());
                to.put("window_seconds", c.windowSeconds());
            }
        }
        return to;
    }

    private static Map<String, Object> write(Exemption exemption) {
        Map<String, Object> to = new LinkedHashMap<>();
        to.put("condition", write(exemption.condition()));
        put(to, "expires_at", exemption.expiresAt() == null ? null : exemption.expiresAt().toString());
        put(to, "reason", exemption.reason());
        return to;
    }

    private static Map<String, Object> write(Profile profile) {
        Map<String, Object> to = new LinkedHashMap<>();
        to.put("min_role", profile.minRole().name().toLowerCase(Locale.ROOT));
        to.put("min_approvals", profile.minApprovals());
        to.put("distinct_from_requester", profile.distinctFromRequester());
        to.put("exclude_agent_owner", profile.excludeAgentOwner());
        to.put("allowed_principals", profile.allowedPrincipals());
        put(to, "self_after_seconds", profile.selfAfterSeconds());
        put(to, "confirmation_phrase", profile.confirmationPhrase());
        to.put("settle_seconds", profile.settleSeconds());
        return to;
    }

    private static void put(Map<String, Object> to, String key, @Nullable Object value) {
        if (value != null) {
            to.put(key, value);
        }
    }

    // ---- reading ----

    private static PolicyDefinition definition(Fields in) {
        String name = in.text("name", 64, true);
        if (name != null && !name.matches(NAME)) {
            in.fault("name", "has letters, digits, _ and - only, 1 to 64 of them");
        }
        List<String> origins = in.texts("origins", 20, 20, false);
        if (origins.contains("any")) {
            origins = List.of();
        }
        origins.stream().filter(origin -> !ORIGINS.contains(origin)).findFirst().ifPresent(origin ->
                in.fault("origins", "\"" + origin + "\" is no origin; known are any, " + String.join(", ", ORIGINS.stream().sorted().toList())));
        PolicyDefinition definition = new PolicyDefinition(name == null ? "" : name, in.text("description", 500, false),
                in.text("agent", 100, false), origins, in.word("mode", Mode.class, Mode.ENFORCE), in.flag("enabled", true),
                in.flag("locked", false), hosts(in, "whitelisted_domains", false), rules(in));
        if (definition.locked() && definition.agentId() != null) {
            in.fault("locked", "is for policies of the workspace; nothing takes the place of a policy of an agent");
        }
        in.end();
        return definition;
    }

    private static List<Rule> rules(Fields in) {
        List<Fields> written = in.objects("rules", 1, MOST_RULES);
        List<Rule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < written.size(); i++) {
            Rule rule = rule(written.get(i), "rule-" + (i + 1));
            if (!ids.add(rule.id().toLowerCase(Locale.ROOT))) {
                written.get(i).fault("id", "two rules of this policy have the id " + rule.id());
            }
            rules.add(rule);
        }
        return rules;
    }

    private static Rule rule(Fields in, String usualId) {
        String id = in.text("id", 64, false);
        if (id != null && !id.matches(NAME)) {
            in.fault("id", "has letters, digits, _ and - only, 1 to 64 of them");
        }
        Severity severity = in.word("severity", Severity.class);
        Effect effect = in.word("effect", Effect.class);
        if (severity == null && effect == null && !in.has("severity") && !in.has("effect")) {
            in.fault("effect", "say effect (block, require_approval, delay, warn, approve), severity (critical, high, medium, low), or both");
        }
        Severity howBad = severity == null ? Severity.MEDIUM : severity;
        Effect then = effect == null ? howBad.usualEffect() : effect;
        Condition when = condition(in.object("condition", true));
        Long delay = in.integer("delay_seconds", 1, DAY, then == Effect.DELAY);
        if (delay != null && then != Effect.DELAY) {
            in.fault("delay_seconds", "is for the effect delay");
        }
        boolean reusable = in.flag("reusable", false);
        Long maxUses = in.integer("max_uses", 1, 1_000_000, false);
        if (maxUses != null && !reusable) {
            in.fault("max_uses", "is for reusable approvals");
        }
        Long reuse = in.integer("reuse_seconds", 60, 30L * DAY, false);
        if (reuse != null && !reusable) {
            in.fault("reuse_seconds", "is for reusable approvals");
        }
        Fields profile = in.object("profile", false);
        List<Exemption> exemptions = in.objects("exemptions", 0, MOST_EXEMPTIONS).stream().map(PolicyJson::exemption).toList();
        if (then == Effect.APPROVE) {
            approves(in, when, reusable, profile != null);
        }
        Rule rule = new Rule(id == null ? usualId : id, in.text("name", LONGEST_NAME, false), when, then,
                delay == null ? null : delay.intValue(), howBad, in.fraction("confidence", USUAL_CONFIDENCE),
                in.text("reason", LONGEST_SENTENCE, false), profile == null ? null : profile(profile), in.instant("expires_at"), exemptions,
                reusable, maxUses == null ? null : maxUses.intValue(), reuse == null ? null : reuse.intValue());
        in.end();
        return rule;
    }

    /** A standing approval speaks of all that it approves, and ends. */
    private static void approves(Fields in, Condition when, boolean reusable, boolean profiled) {
        if (!APPROVING.contains(when.type())) {
            in.fault("condition.type", "cannot approve: " + when.type() + " holds where something is found and says nothing of the rest; "
                    + "known for approve are " + String.join(", ", APPROVING.stream().sorted().toList()));
        }
        if (!in.has("expires_at")) {
            in.fault("expires_at", "is required: a standing approval ends, at most 90 days from now");
        }
        if (reusable) {
            in.fault("reusable", "is for rules that ask a person");
        }
        if (profiled) {
            in.fault("profile", "is for rules that ask a person; a standing approval decides as the person who wrote it");
        }
    }

    private static Exemption exemption(Fields in) {
        Condition condition = condition(in.object("condition", true));
        if (condition instanceof Condition.Rate) {
            in.fault("condition.type", "an exemption cannot be a rate");
        }
        Exemption exemption = new Exemption(condition, in.instant("expires_at"), in.text("reason", LONGEST_SENTENCE, false));
        in.end();
        return exemption;
    }

    private static Condition condition(@Nullable Fields in) {
        if (in == null) {
            return new Condition.ActionName("*"); // a fault was noted: nobody sees this
        }
        String type = in.text("type", 20, true);
        Condition condition = switch (type == null ? "" : type) {
            case "table" -> new Condition.Table(in.given("name", LONGEST_NAME));
            case "column" -> new Condition.Column(in.given("name", LONGEST_NAME));
            case "cost" -> new Condition.Cost(in.number("threshold", 1));
            case "datasource" -> new Condition.Datasource(in.given("name", LONGEST_NAME));
            case "pattern" -> new Condition.Pattern(in.given("regex", LONGEST_PATTERN), in.text("context_requires", LONGEST_PATTERN, false));
            case "command" -> new Condition.CommandLine(in.given("glob", LONGEST_NAME));
            case "amount" -> new Condition.Amount(in.number("above", 0), in.text("currency", 20, false));
            case "host" -> new Condition.Host(hosts(in, "hosts", true), in.flag("unlisted", false));
            case "action" -> new Condition.ActionName(in.given("glob", LONGEST_NAME));
            case "expression" -> new Condition.Expression(in.given("cel", LONGEST_EXPRESSION));
            case "rate" -> rate(in);
            default -> {
                if (type != null) {
                    in.fault("type", "\"" + type + "\" is no condition; known are action, amount, column, command, cost, datasource, "
                            + "expression, host, pattern, rate, table");
                }
                in.takeAll();
                yield new Condition.ActionName("*");
            }
        };
        in.end();
        return condition;
    }

    private static Condition rate(Fields in) {
        String glob = in.text("glob", LONGEST_NAME, false);
        String measure = in.text("measure", 20, false);
        if (measure != null && !measure.equals("count") && !measure.equals("sum")) {
            in.fault("measure", "is count or sum");
        }
        String per = in.given("per", 20);
        if (!per.isEmpty() && !RATE_KEYS.contains(per)) {
            in.fault("per", "is agent, action, target or workspace");
        }
        Long window = in.integer("window_seconds", 1, 31L * DAY, true);
        return new Condition.Rate(glob == null ? "*" : glob, "sum".equals(measure), per, in.number("limit", 0), window == null ? 1 : window);
    }

    private static Profile profile(Fields in) {
        Long approvals = in.integer("min_approvals", 1, 20, false);
        Long selfAfter = in.integer("self_after_seconds", 1, 30L * DAY, false);
        Long settle = in.integer("settle_seconds", 0, DAY, false);
        Profile profile = new Profile(in.word("min_role", Role.class, Role.ANALYST), approvals == null ? 1 : approvals.intValue(),
                in.flag("distinct_from_requester", false), in.flag("exclude_agent_owner", false), in.texts("allowed_principals", 100, 100, false),
                selfAfter == null ? null : selfAfter.intValue(), in.text("confirmation_phrase", 100, false),
                settle == null ? 0 : settle.intValue());
        in.end();
        return profile;
    }

    private static List<String> hosts(Fields in, String key, boolean required) {
        List<String> hosts = in.texts(key, 100, 253, required).stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        hosts.stream().filter(host -> !host.matches("(\\*\\.)?[\\p{L}\\p{N}_-]+(\\.[\\p{L}\\p{N}_-]+)*|\\*|\\[?[0-9a-f:.]+]?")).findFirst()
                .ifPresent(host -> in.fault(key, "\"" + host + "\" is no host name; write example.com or *.example.com"));
        return hosts;
    }
}
