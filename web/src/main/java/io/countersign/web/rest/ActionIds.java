package io.countersign.web.rest;

import io.countersign.command.api.Refused;
import io.countersign.command.api.RefusalCode;
import java.util.Locale;
import java.util.regex.Pattern;

/** The form of an action's id on the wire. */
final class ActionIds {

    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private ActionIds() {}

    static boolean isOne(String text) {
        return UUID.matcher(text).matches();
    }

    static String normal(String id) {
        return id.toLowerCase(Locale.ROOT);
    }

    /** @throws Refused {@code validation_error} when it cannot be an id */
    static String of(String text) {
        if (!isOne(text)) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The id of an action is a UUID.");
        }
        return normal(text);
    }
}
