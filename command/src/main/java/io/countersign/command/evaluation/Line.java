package io.countersign.command.evaluation;

import java.util.HashMap;
import java.util.Map;

/** A text that patterns look through, and which of the words they need it holds: hundreds of patterns need the same few. */
final class Line {

    private final String text;
    private final String shadow;
    private final Map<String, Boolean> words = new HashMap<>();

    Line(String text) {
        this.text = text;
        this.shadow = Needs.shadow(text);
    }

    String text() {
        return text;
    }

    /** @param word in lower case, its digits zeros */
    boolean holds(String word) {
        Boolean known = words.get(word);
        if (known == null) {
            known = shadow.contains(word);
            words.put(word, known);
        }
        return known;
    }
}
