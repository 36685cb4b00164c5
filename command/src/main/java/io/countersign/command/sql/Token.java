package io.countersign.command.sql;

import java.util.Locale;

/**
 * One token of the canonical text.
 *
 * @param text as it stands there, quotes included
 * @param at offset of its first character
 */
record Token(Kind kind, String text, int at) {

    enum Kind {
        /** A keyword or a name without quotes. */
        WORD,
        /** A name in double quotes. */
        QUOTED,
        /** A literal in single quotes. */
        STRING, NUMBER, OPERATOR,
        /** One of {@code ( ) [ ] , . : ::}. */
        PUNCTUATION
    }

    boolean is(String punctuation) {
        return kind == Kind.PUNCTUATION && text.equals(punctuation);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED;
    }

    /** The name as PostgreSQL looks it up. */
    String folded() {
        return kind == Kind.QUOTED ? text.substring(1, text.length() - 1) : text.toLowerCase(Locale.ROOT);
    }

    int end() {
        return at + text.length();
    }
}
