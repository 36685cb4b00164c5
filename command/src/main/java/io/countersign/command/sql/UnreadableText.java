package io.countersign.command.sql;

/** The text holds something that is not read here, or that another reader would read otherwise. */
final class UnreadableText extends Exception {

    private final String code;

    UnreadableText(String reason) {
        this("sql_unreadable", reason);
    }

    UnreadableText(String code, String reason) {
        super(reason, null, false, false);
        this.code = code;
    }

    String code() {
        return code;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
