package io.countersign.web.admin;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.query.action.api.ActionRow;
import io.countersign.web.policy.PolicyYaml;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Drafts the rule that lets the same pass again without a person: the same action, agent and target, and each parameter as it was. Only the words
 * of a message stay free, because no two are the same; whoever puts the rule in force is told which.
 */
final class LikeThis {

    private static final JsonMapper JSON = JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final Duration HOLDS = Duration.ofDays(30);
    private static final int LONGEST = 2_000;
    private static final int LONGEST_REASON = 300;
    private static final Map<String, Set<String>> WORDS = Map.of("email", Set.of("subject", "body"), "jira", Set.of("summary", "description"));
    private static final Set<String> RESERVED = Set.of("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in",
            "let", "loop", "namespace", "null", "package", "return", "true", "var", "void", "while");

    private LikeThis() {}

    /**
     * A draft to be looked at and put in force.
     *
     * @param free parameters that the rule leaves free
     */
    record Draft(String text, String expression, List<String> free) {}

    /** Whether a rule could stand in for the person next time: one approved it, and its terms ask for no more than that. */
    static boolean mayStandFor(ActionRow row) {
        var profile = row.terms().profile();
        return !row.erased() && !row.automatic() && "approved".equals(row.decision()) && !row.forceApproval()
                && row.terms().mode() != ApprovalMode.ADMIN_ONLY && profile.minApprovals() == 1 && profile.confirmationPhrase() == null;
    }

    /** Empty when the action cannot be written as one expression. */
    static Optional<Draft> of(ActionRow row, Words words) {
        return condition(row.actionType(), row.connector(), row.requestedBy(), row.target(), row.payload()).map(condition -> {
            var approver = words.who(row.decidedBy());
            Map<String, @Nullable Object> rule = new LinkedHashMap<>();
            rule.put("name", "Like " + row.id().substring(0, Math.min(8, row.id().length())));
            Map<String, @Nullable Object> when = new LinkedHashMap<>();
            when.put("type", "expression");
            when.put("cel", condition.expression());
            rule.put("condition", when);
            rule.put("effect", "approve");
            rule.put("expires_at", words.now().plus(HOLDS).truncatedTo(ChronoUnit.MINUTES).toString());
            rule.put("severity", "low");
            rule.put("reason", cut("The same was approved by " + approver + "."));
            Map<String, @Nullable Object> policy = new LinkedHashMap<>();
            policy.put("name", name(row));
            policy.put("description", cut("What " + words.who(row.requestedBy()) + " may do again. Drafted from the action " + row.id() + "."));
            policy.put("rules", List.of(rule));
            return new Draft(PolicyYaml.write(policy), condition.expression(), condition.free());
        });
    }

    /** What must be so, as CEL, and which parameters it says nothing about. */
    record Narrow(String expression, List<String> free) {}

    static Optional<Narrow> condition(String action, String connector, String requester, String target, String params) {
        if (!(facts(params) instanceof Map<?, ?> values)) {
            return Optional.empty();
        }
        var parts = new ArrayList<String>();
        var free = new ArrayList<String>();
        parts.add("action.name == " + text(action));
        parts.add("agent.id == " + text(requester));
        parts.add("action.target == " + text(target));
        for (var entry : values.entrySet()) {
            var name = String.valueOf(entry.getKey());
            if (WORDS.getOrDefault(connector, Set.of()).contains(name) && entry.getValue() instanceof String) {
                free.add(name);
            } else {
                parts.add(access(name) + " == " + literal(entry.getValue()));
            }
        }
        parts.add("params.all(name, name in " + literal(List.copyOf(values.keySet())) + ")");
        var expression = String.join("\n  && ", parts);
        return expression.codePointCount(0, expression.length()) > LONGEST ? Optional.empty() : Optional.of(new Narrow(expression, List.copyOf(free)));
    }

    private static @Nullable Object facts(String params) {
        try {
            return Facts.of(JSON.readTree(params));
        } catch (JacksonException erased) {
            return null;
        }
    }

    private static String access(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_]*") && !RESERVED.contains(name) ? "params." + name : "params[" + text(name) + "]";
    }

    private static String literal(@Nullable Object fact) {
        return switch (fact) {
            case null -> "null";
            case String value -> text(value);
            case Map<?, ?> map -> map.entrySet().stream().map(entry -> text(String.valueOf(entry.getKey())) + ": " + literal(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
            case List<?> list -> list.stream().map(LikeThis::literal).collect(Collectors.joining(", ", "[", "]"));
            default -> fact.toString();
        };
    }

    private static String text(String value) {
        var written = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> written.append("\\\"");
                case '\\' -> written.append("\\\\");
                case '\n' -> written.append("\\n");
                case '\r' -> written.append("\\r");
                case '\t' -> written.append("\\t");
                default -> {
                    if (c >= ' ' && c < 0x7f || Character.isLetterOrDigit(c)) {
                        written.appendCodePoint(c);
                    } else {
                        written.append(c > 0xffff ? "\\U%08x".formatted(c) : "\\u%04x".formatted(c)); // nothing unseen stands in a rule
                    }
                }
            }
        });
        return written.append('"').toString();
    }

    private static String name(ActionRow row) {
        var slug = row.actionType().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return "like-" + slug.substring(0, Math.min(40, slug.length())) + "-" + row.id().substring(Math.max(0, row.id().length() - 8));
    }

    private static String cut(String sentence) {
        return sentence.length() <= LONGEST_REASON ? sentence : sentence.substring(0, LONGEST_REASON - 1) + "…";
    }
}
