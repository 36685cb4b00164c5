package io.countersign.command.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a text must hold for a pattern to have a chance, for passing over text that has none. A pattern is one of several alternatives; each
 * needs one word of every one of its groups. Words are in lower case and their digits are zeros, and so must be the text: {@link #shadow}.
 * Errs towards needing nothing: then the pattern itself is asked.
 */
final class Needs {

    private static final int MOST_WORDS = 120;
    private static final int MOST_TIMES = 24;
    private static final List<List<List<String>>> NOTHING = List.of(List.of());

    private final List<List<List<String>>> alternatives;

    private Needs(List<List<List<String>>> alternatives) {
        this.alternatives = alternatives;
    }

    static Needs of(String regex) {
        Reading reading = new Reading(regex);
        List<List<List<String>>> alternatives = reading.alternatives();
        return new Needs(reading.involved || reading.at < regex.length() ? NOTHING : alternatives);
    }

    /** A text in lower case, its digits zeros. */
    static String shadow(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        StringBuilder shadow = null;
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            // The long s is an s to a pattern that ignores case; lower case has already made a k of the sign for kelvin.
            char plain = c >= '1' && c <= '9' ? '0' : c == '\u017f' ? 's' : c;
            if (plain != c) {
                shadow = shadow == null ? new StringBuilder(lower) : shadow;
                shadow.setCharAt(i, plain);
            }
        }
        return shadow == null ? lower : shadow.toString();
    }

    boolean areMet(Line line) {
        for (List<List<String>> groups : alternatives) {
            if (areMet(groups, line)) {
                return true;
            }
        }
        return false;
    }

    private static boolean areMet(List<List<String>> groups, Line line) {
        for (List<String> words : groups) {
            boolean one = false;
            for (int i = 0; i < words.size() && !one; i++) {
                one = line.holds(words.get(i));
            }
            if (!one) {
                return false;
            }
        }
        return true;
    }

    /** One pass over a pattern. What it does not know for certain ends a word, or makes the whole pattern too involved to tell. */
    private static final class Reading {

        private static final String LITERAL = " @/:_-<>\"',=%&;!~#`]}";
        private static final int ENDS_A_WORD = -1;
        private static final int TAKES_NO_ROOM = -2;

        private final String regex;
        private int at;
        private boolean involved;

        Reading(String regex) {
            this.regex = regex;
        }

        /** How often a part stands there at least, and whether never more often. */
        private record Times(int least, boolean exact) {}

        List<List<List<String>>> alternatives() {
            List<List<List<String>>> all = new ArrayList<>();
            all.add(sequence());
            while (more() && regex.charAt(at) == '|') {
                at++;
                all.add(sequence());
            }
            return all;
        }

        private boolean more() {
            return at < regex.length() && !involved;
        }

        /** The groups of words that one alternative needs. */
        private List<List<String>> sequence() {
            List<List<String>> needed = new ArrayList<>();
            StringBuilder run = new StringBuilder();
            while (more() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
                if (regex.charAt(at) == '(') {
                    end(run, needed);
                    List<List<String>> group = group();
                    if (times().least() > 0) {
                        needed.addAll(group);
                    }
                    continue;
                }
                int known = part();
                Times times = times();
                if (known >= 0) {
                    run.repeat(known, Math.min(times.least(), MOST_TIMES));
                }
                if (known == ENDS_A_WORD || !times.exact() || times.least() > MOST_TIMES) {
                    end(run, needed);
                }
            }
            end(run, needed);
            return needed;
        }

        /** One character or set of characters: what it is in a shadow, when that is certain. */
        private int part() {
            char c = regex.charAt(at);
            if (c == '[') {
                return bracket();
            }
            if (c == '\\') {
                return escape();
            }
            at++;
            if (Character.isDigit(c)) {
                return '0';
            }
            return c < 128 && (Character.isLetter(c) || LITERAL.indexOf(c) >= 0) ? Character.toLowerCase(c) : ENDS_A_WORD;
        }

        private List<List<String>> group() {
            at++;
            if (regex.startsWith("?:", at)) {
                at += 2;
            } else if (regex.startsWith("?", at)) {
                involved = true;
            }
            List<List<List<String>>> alternatives = alternatives();
            involved |= at >= regex.length();
            at++;
            if (alternatives.size() == 1) {
                return alternatives.getFirst();
            }
            List<String> oneOf = new ArrayList<>();
            for (List<List<String>> alternative : alternatives) {
                List<String> best = List.of();
                for (List<String> words : alternative) {
                    best = shortest(words) > shortest(best) ? words : best;
                }
                if (best.isEmpty()) {
                    return List.of();
                }
                oneOf.addAll(best);
            }
            return oneOf.size() > MOST_WORDS ? List.of() : List.of(List.copyOf(oneOf));
        }

        private int bracket() {
            int i = at + 1;
            boolean digits = true;
            if (i < regex.length() && regex.charAt(i) == '^') {
                digits = false;
                i++;
            }
            int first = i;
            while (i < regex.length() && (regex.charAt(i) != ']' || i == first)) {
                char c = regex.charAt(i);
                involved |= regex.startsWith("[:", i) || regex.startsWith("\\Q", i);
                digits &= c >= '0' && c <= '9' || c == '-' && i > first && i + 1 < regex.length() && regex.charAt(i + 1) != ']';
                i += c == '\\' ? 2 : 1;
            }
            involved |= i >= regex.length();
            at = i + 1;
            return digits ? '0' : ENDS_A_WORD;
        }

        private int escape() {
            char next = at + 1 < regex.length() ? regex.charAt(at + 1) : 'Q';
            at += 2;
            if (next == 'd') {
                return '0';
            }
            if ("bBAz".indexOf(next) >= 0) {
                return TAKES_NO_ROOM;
            }
            if (Character.isLetterOrDigit(next)) {
                involved |= "wWsSDntrfva".indexOf(next) < 0;
                return ENDS_A_WORD;
            }
            return next < 128 ? next : ENDS_A_WORD;
        }

        /** Passes a quantifier. */
        private Times times() {
            char c = at < regex.length() ? regex.charAt(at) : ' ';
            Times times = switch (c) {
                case '?', '*' -> new Times(0, false);
                case '+' -> new Times(1, false);
                case '{' -> counted();
                default -> new Times(1, true);
            };
            if ("?*+{".indexOf(c) >= 0) {
                at++;
                if (at < regex.length() && "?*+{".indexOf(regex.charAt(at)) >= 0) {
                    involved |= regex.charAt(at) != '?'; // reluctant is all that is known to follow
                    at++;
                }
            }
            return times;
        }

        /** Stops at the closing brace. */
        private Times counted() {
            int end = regex.indexOf('}', at);
            String inner = end < 0 ? "" : regex.substring(at + 1, end);
            int comma = inner.indexOf(',');
            String least = comma < 0 ? inner : inner.substring(0, comma);
            if (least.isEmpty() || least.length() > 4 || !least.chars().allMatch(Character::isDigit)) {
                involved = true;
                return new Times(0, false);
            }
            at = end;
            return new Times(Integer.parseInt(least), comma < 0);
        }

        private static void end(StringBuilder run, List<List<String>> needed) {
            if (run.length() > 1 || run.toString().equals("0")) {
                needed.add(List.of(run.toString()));
            }
            run.setLength(0);
        }

        private static int shortest(List<String> words) {
            return words.stream().mapToInt(String::length).min().orElse(0);
        }
    }
}
