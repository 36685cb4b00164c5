package io.countersign.web.rest;

import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.Refused;
import io.countersign.command.api.RefusalCode;
import io.countersign.query.action.api.ActionFilter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Headers and query parameters, checked. A value that would be ignored elsewhere is refused here: a misspelt filter must not widen a list. */
final class Inputs {

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    static final String PREFER = "Prefer";

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 100;
    private static final int MAX_TEXT = 500;
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,255}");
    private static final Pattern WAIT = Pattern.compile("(?i)(?:^|[,;\\s])wait\\s*=\\s*\"?(\\d{1,9})\"?(?=$|[,;\\s])");

    private static final Map<String, ActionStatus> BY_WIRE =
            Arrays.stream(ActionStatus.values()).collect(Collectors.toMap(ActionStatus::wire, status -> status));
    private static final Set<String> LEGACY = Arrays.stream(ActionStatus.values())
            .flatMap(status -> Stream.of(status.legacy(false), status.legacy(true))).collect(Collectors.toUnmodifiableSet());

    private Inputs() {}

    static @Nullable String idempotencyKey(@Nullable String key) {
        if (key != null && !VISIBLE_ASCII.matcher(key).matches()) {
            throw fault(IDEMPOTENCY_KEY, "must have 1 to 255 visible ASCII characters");
        }
        return key;
    }

    /** What a caller prefers counts up to a minute; RFC 7240 has what is not understood ignored. */
    static Duration preferredWait(@Nullable String prefer, Duration usual) {
        if (prefer == null) {
            return usual;
        }
        var wait = WAIT.matcher(prefer);
        return wait.find() ? shorter(Duration.ofSeconds(Long.parseLong(wait.group(1)))) : usual;
    }

    static Duration wait(@Nullable String seconds) {
        return seconds == null ? Duration.ZERO : Duration.ofSeconds(number("wait", seconds, 0, LONGEST_WAIT.toSeconds()));
    }

    static @Nullable ActionStatus sinceStatus(@Nullable String name) {
        return name == null ? null : status("since_status", name);
    }

    static ActionFilter filter(@Nullable List<String> status, @Nullable String legacyStatus, @Nullable String action,
            @Nullable String requestedBy, @Nullable String conversationId, @Nullable String limit, @Nullable String cursor) {
        if (status != null && legacyStatus != null) {
            throw fault("legacy_status", "stands instead of status, not beside it");
        }
        var automatic = legacyStatus == null ? null : switch (legacy(legacyStatus)) {
            case "auto_approved" -> Boolean.TRUE;
            case "executed" -> Boolean.FALSE;
            default -> null;
        };
        var statuses = legacyStatus == null ? statuses(status) : legacyGroup(legacyStatus);
        return new ActionFilter(statuses, automatic, text("action", action), text("requested_by", requestedBy),
                text("conversation_id", conversationId), null,
                limit(limit), text("cursor", cursor));
    }

    /** What waits for a person, whatever for. */
    static ActionFilter waiting(@Nullable String action, @Nullable String requestedBy, @Nullable String conversationId, @Nullable String limit,
            @Nullable String cursor) {
        return filter(List.of("all"), null, action, requestedBy, conversationId, limit, cursor);
    }

    private static Set<ActionStatus> statuses(@Nullable List<String> given) {
        if (given == null) {
            return EnumSet.of(ActionStatus.PENDING);
        }
        var names = given.stream().flatMap(value -> Arrays.stream(value.split(",", -1))).map(String::strip).toList();
        if (names.equals(List.of("all"))) {
            return Set.of();
        }
        if (names.isEmpty()) {
            throw fault("status", "must not be empty");
        }
        return names.stream().map(name -> status("status", name)).collect(Collectors.toCollection(() -> EnumSet.noneOf(ActionStatus.class)));
    }

    private static ActionStatus status(String parameter, String name) {
        var status = BY_WIRE.get(name);
        if (status == null) {
            throw fault(parameter, "is not a status: " + StrictJson.clean(name, 40));
        }
        return status;
    }

    private static String legacy(String name) {
        if (!LEGACY.contains(name)) {
            throw fault("legacy_status", "is not one of " + String.join(", ", LEGACY.stream().sorted().toList()));
        }
        return name;
    }

    private static Set<ActionStatus> legacyGroup(String name) {
        return Arrays.stream(ActionStatus.values())
                .filter(status -> status.legacy(false).equals(name) || status.legacy(true).equals(name))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(ActionStatus.class)));
    }

    static int limit(@Nullable String limit) {
        return limit == null ? DEFAULT_LIMIT : (int) number("limit", limit, 1, MAX_LIMIT);
    }

    /** The version that a change is based on: that of the header, or else the one that the body names. */
    static Optional<Long> version(@Nullable String ifMatch, @Nullable Long named, String thing) {
        if (ifMatch == null) {
            return Optional.ofNullable(named);
        }
        String tag = ifMatch.strip().replaceFirst("^W/", "").replace("\"", "");
        if (!tag.matches("[0-9]{1,18}")) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "If-Match takes the version of the " + thing + ", such as \"3\".");
        }
        return Optional.of(Long.valueOf(tag));
    }

    /** True or false; absent is false. */
    static boolean flag(String parameter, @Nullable String value) {
        return switch (value) {
            case null -> false;
            case "false" -> false;
            case "true" -> true;
            default -> throw fault(parameter, "must be true or false");
        };
    }

    static @Nullable String cursor(@Nullable String cursor) {
        return text("cursor", cursor);
    }

    static @Nullable String text(String parameter, @Nullable String value) {
        if (value == null) {
            return null;
        }
        if (value.isBlank() || value.length() > MAX_TEXT || value.chars().anyMatch(Character::isISOControl)) {
            throw fault(parameter, "must have 1 to " + MAX_TEXT + " characters and no control characters");
        }
        return value;
    }

    private static long number(String parameter, String value, long min, long max) {
        if (value.matches("\\d{1,9}")) {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        }
        throw fault(parameter, "must be a whole number from " + min + " to " + max);
    }

    /** A moment of UTC, as precise as the caller likes. */
    static Instant moment(String parameter, String value) {
        try {
            var moment = Instant.parse(value);
            if (value.endsWith("Z") && Math.abs(moment.getEpochSecond()) < 100_000_000_000L) {
                return moment;
            }
        } catch (DateTimeParseException malformed) {
            // told below, like one that is no moment of ours
        }
        throw fault(parameter, "must be a moment of UTC such as 2026-11-21T08:00:00Z");
    }

    /** @throws Refused when one of the others is there too */
    static void notWith(String parameter, @Nullable String... others) {
        if (Arrays.stream(others).anyMatch(Objects::nonNull)) {
            throw fault(parameter, "asks about the past, where nothing can be waited for");
        }
    }

    /** A whole number from 0, such as an index of the log. */
    static long count(String parameter, String value) {
        if (value.matches("\\d{1,15}")) {
            return Long.parseLong(value);
        }
        throw fault(parameter, "must be a whole number");
    }

    private static Duration shorter(Duration wait) {
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    static Refused fault(String parameter, String message) {
        return new Refused(RefusalCode.VALIDATION_ERROR, parameter + " " + message + ".",
                Map.of("details", List.of(Map.of("field", parameter, "message", message))));
    }
}
