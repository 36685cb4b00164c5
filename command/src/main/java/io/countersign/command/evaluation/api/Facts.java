package io.countersign.command.evaluation.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What rules see of one action, by namespace: {@code action}, {@code params}, {@code agent}, {@code time}, and one for each
 * {@link FactSource} that spoke. Values are text, {@code Long}, {@code Double}, {@code Boolean}, null, lists and maps of these.
 *
 * @param namespaces facts by the name of their namespace; each value is a map
 */
public record Facts(Map<String, Object> namespaces) {

    private static final String ENTRY = "entry";

    /**
     * What follows from a request itself: {@code action}, {@code params} and {@code time}.
     *
     * @param at the moment of the request
     */
    public static Facts request(String name, String connector, String operation, String scope, boolean reversible, String origin,
            String target, boolean forceApproval, JsonNode params, Instant at) {
        Map<String, Object> action = new LinkedHashMap<>();
        action.put("name", name);
        action.put("connector", connector);
        action.put("operation", operation);
        action.put("scope", scope);
        action.put("reversible", reversible);
        action.put("origin", origin);
        action.put("target", target);
        action.put("force_approval", forceApproval);
        action.put(ENTRY, "");
        OffsetDateTime utc = at.atOffset(ZoneOffset.UTC);
        Map<String, Object> time = new LinkedHashMap<>();
        time.put("now", at.toString());
        time.put("date", utc.toLocalDate().toString());
        time.put("hour", (long) utc.getHour());
        time.put("minute", (long) utc.getMinute());
        time.put("weekday", utc.getDayOfWeek().name().toLowerCase(Locale.ROOT));
        Map<String, Object> namespaces = new LinkedHashMap<>();
        namespaces.put("action", action);
        namespaces.put("params", Objects.requireNonNullElse(of(params), Map.of()));
        namespaces.put("time", time);
        return new Facts(namespaces);
    }

    /** The same, asked for through this entry of the catalogue; {@code action.entry} is empty where there was none. */
    public Facts through(Optional<String> entry) {
        if (entry.isEmpty() || !(namespaces.get("action") instanceof Map<?, ?> action)) {
            return this;
        }
        Map<Object, Object> more = new LinkedHashMap<>(action);
        more.put(ENTRY, entry.get());
        return with("action", more);
    }

    /** One fact, or null when it is missing. */
    public @Nullable Object get(String namespace, String name) {
        return namespaces.get(namespace) instanceof Map<?, ?> facts ? facts.get(name) : null;
    }

    /** One fact as text; empty when it is missing or no text. */
    public String text(String namespace, String name) {
        return get(namespace, name) instanceof String text ? text : "";
    }

    /** Whether there is something under this name at all. */
    public boolean has(String namespace) {
        return namespaces.containsKey(namespace);
    }

    /** These facts and one namespace more. */
    public Facts with(String namespace, Map<?, ?> facts) {
        Map<String, Object> more = new LinkedHashMap<>(namespaces);
        more.put(namespace, facts);
        return new Facts(more);
    }

    /** A JSON value as a fact. Whole numbers that fit are {@code Long}, all others {@code Double}. */
    public static @Nullable Object of(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                node.properties().forEach(entry -> map.put(entry.getKey(), of(entry.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>(node.size());
                node.forEach(item -> list.add(of(item)));
                yield list;
            }
            case STRING -> node.stringValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> number(node.decimalValue());
            default -> null;
        };
    }

    private static Object number(BigDecimal number) {
        boolean fits = number.precision() - number.scale() <= 19 && number.scale() <= 400 && number.signum() != 0;
        if (!fits) {
            return number.signum() == 0 ? (Object) 0L : number.doubleValue();
        }
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            return number.doubleValue();
        }
    }
}
