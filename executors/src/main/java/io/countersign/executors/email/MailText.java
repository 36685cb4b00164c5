package io.countersign.executors.email;

import java.util.regex.Pattern;

/** Text that may stand in the head of a mail. */
final class MailText {

    // Decoded by mail programs, so that people read something else than what was approved.
    private static final Pattern ENCODED_WORD = Pattern.compile("=\\?[^?\\s]+\\?[BbQq]\\?");

    private MailText() {}

    /** Could start another header line, or reads otherwise than it is written. */
    static boolean isDeceptive(String text) {
        return text.codePoints().anyMatch(MailText::isHidden) || ENCODED_WORD.matcher(text).find();
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
            // Joiners are part of written words and of emoji; the other format characters turn or hide text.
            case Character.FORMAT -> c != 0x200C && c != 0x200D;
            default -> false;
        };
    }
}
