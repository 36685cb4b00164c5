package io.countersign.command.evaluation;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A pattern in RE2 syntax, without regard to case. Takes time in proportion to the text, and is watched. Text that lacks what
 * every match must hold is passed over at once.
 */
final class TextPattern {

    private static final int MILLIS = 500;
    private static final int STEPS_BETWEEN_LOOKS = 4_096;
    private static final int LARGEST = 3_000;
    private static final Pattern COUNT = Pattern.compile("\\{([0-9]{1,5})(?:,([0-9]{0,5}))?}");

    private final Pattern pattern;
    private final boolean anchored;
    private final Needs needs;

    private TextPattern(String regex) {
        pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
        anchored = speaksOfEnds(regex);
        needs = Needs.of(regex.startsWith("(?i)") ? regex.substring(4) : regex);
    }

    /** @throws Invalid with the place of the fault */
    static TextPattern compile(String regex) {
        if (size(regex) > LARGEST) {
            throw new Invalid("repeats too much: it would grow to more than " + LARGEST + " steps");
        }
        try {
            return new TextPattern(regex);
        } catch (PatternSyntaxException e) {
            String part = e.getPattern();
            int at = part == null || part.isEmpty() ? -1 : regex.indexOf(part);
            String what = e.getDescription() == null ? "does not compile" : e.getDescription();
            throw new Invalid(what + (at < 0 ? "" : " at position " + (at + 1)) + (part == null || part.isEmpty() || part.equals(regex) ? ""
                    : ": " + part));
        }
    }

    /** A caret that begins a set of characters says nothing of where a text begins. When in doubt, it does. */
    private static boolean speaksOfEnds(String regex) {
        return regex.replace("[^", "[").indexOf('^') >= 0 || regex.contains("\\[^") || regex.indexOf('$') >= 0 || regex.contains("\\A")
                || regex.contains("\\z");
    }

    /** About how many steps a pattern compiles to: counted repeats multiply what they repeat. */
    private static long size(String regex) {
        Deque<Long> around = new ArrayDeque<>();
        long size = 0;
        long last = 0;
        Matcher count = COUNT.matcher(regex);
        for (int i = 0; i < regex.length() && size <= LARGEST; i++) {
            char c = regex.charAt(i);
            if (c == '(') {
                around.push(size);
                size = 0;
            } else if (c == ')' && !around.isEmpty()) {
                last = size;
                size += around.pop();
            } else if (c == '{' && count.find(i) && count.start() == i) {
                String most = count.group(2) == null || count.group(2).isEmpty() ? count.group(1) : count.group(2);
                long times = Math.max(1, Long.parseLong(most));
                size += last * (times - 1);
                last *= times;
                i = count.end() - 1;
            } else {
                i += c == '\\' ? 1 : 0;
                last = 1;
                size++;
            }
        }
        return size;
    }

    /** What is wrong with a pattern or an expression, and where. */
    static final class Invalid extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Invalid(String message) {
            super(message, null, false, false);
        }

        String sentence() {
            return String.valueOf(getMessage());
        }
    }

    /** A part of a text. */
    record Place(int start, int end) {}

    /** The first match. */
    Optional<Place> find(String text, Patience patience) {
        return find(new Line(text), patience);
    }

    /** The first match in a text that other patterns look through too. */
    Optional<Place> find(Line line, Patience patience) {
        if (!needs.areMet(line)) {
            return Optional.empty();
        }
        Matcher matcher = pattern.matcher(new Watched(line.text(), new Watch(MILLIS, STEPS_BETWEEN_LOOKS, patience)));
        return matcher.find() ? Optional.of(new Place(matcher.start(), matcher.end())) : Optional.empty();
    }

    /** Whether it speaks of the beginning or end of a text, so that each value must be looked at by itself. */
    boolean isAnchored() {
        return anchored;
    }

    /** Text that tires. */
    private record Watched(String text, Watch watch) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            watch.step();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
