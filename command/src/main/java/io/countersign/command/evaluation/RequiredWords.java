package io.countersign.command.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Words of which every match of a pattern holds at least one, for passing over text that cannot match. Errs towards none: then the pattern
 * itself is asked.
 */
final class RequiredWords {

    private static final int SHORTEST = 3;
    private static final int MOST = 60;

    private final String regex;
    private int at;
    private boolean involved;

    private RequiredWords(String regex) {
        this.regex = regex;
    }

    /** In lower case; empty when the pattern is too involved to tell. */
    static List<String> of(String regex) {
        RequiredWords reading = new RequiredWords(regex);
        List<String> words = reading.alternatives();
        return reading.involved || reading.at < regex.length() || words.size() > MOST ? List.of() : words;
    }

    /** Words of which one is in every alternative; empty when one of them needs none. */
    private List<String> alternatives() {
        List<String> words = new ArrayList<>(sequence());
        boolean complete = !words.isEmpty();
        while (at < regex.length() && regex.charAt(at) == '|') {
            at++;
            List<String> more = sequence();
            complete &= !more.isEmpty();
            words.addAll(more);
        }
        return complete ? words : List.of();
    }

    /** The best of what one alternative needs: the words whose shortest is longest. */
    private List<String> sequence() {
        List<String> best = List.of();
        StringBuilder run = new StringBuilder();
        while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')' && !involved) {
            char c = regex.charAt(at);
            List<String> group = List.of();
            boolean literal = false;
            if (c == '(') {
                group = group();
            } else if (c == '[') {
                bracket();
            } else if (c == '\\') {
                escape();
            } else {
                literal = c < 128 && (Character.isLetterOrDigit(c) || " @/:_-<>\"',=%&;!~#`".indexOf(c) >= 0);
                at++;
            }
            boolean optional = optional();
            if (literal && !optional) {
                run.append(c);
                continue;
            }
            best = better(best, run);
            best = optional ? best : better(best, group);
            run.setLength(0);
        }
        return better(best, run);
    }

    private List<String> group() {
        at++;
        if (regex.startsWith("?:", at)) {
            at += 2;
        } else if (regex.startsWith("?", at)) {
            involved = true;
            return List.of();
        }
        List<String> words = alternatives();
        if (at < regex.length()) {
            at++; // the closing one
        } else {
            involved = true;
        }
        return words;
    }

    /** Passes a class of characters. One that begins with its own end, or names another class, is left to those who know. */
    private void bracket() {
        int place = regex.startsWith("[^", at) ? at + 2 : at + 1;
        involved |= regex.startsWith("]", place);
        while (place < regex.length() && regex.charAt(place) != ']') {
            involved |= regex.startsWith("[:", place) || regex.startsWith("\\Q", place);
            place += regex.charAt(place) == '\\' ? 2 : 1;
        }
        involved |= place >= regex.length();
        at = place + 1;
    }

    private void escape() {
        char next = at + 1 < regex.length() ? regex.charAt(at + 1) : 'Q';
        involved |= "QxpPCc0123456789".indexOf(next) >= 0;
        at += 2;
    }

    /** Passes a quantifier, and tells whether what it counts may be missing. */
    private boolean optional() {
        char c = at < regex.length() ? regex.charAt(at) : ' ';
        if (c == '{') {
            int end = regex.indexOf('}', at);
            if (end < 0 || !Character.isDigit(regex.charAt(at + 1))) {
                involved = true;
                return true;
            }
            at = end + 1;
        } else if (c == '?' || c == '*' || c == '+') {
            at++;
        } else {
            return false;
        }
        if (at < regex.length() && regex.charAt(at) == '?') {
            at++; // reluctant
        }
        return true; // also where it must be there once: its repeats would not stand in the text as one word
    }

    private static List<String> better(List<String> best, CharSequence run) {
        return run.length() < SHORTEST ? best : better(best, List.of(run.toString().toLowerCase(Locale.ROOT)));
    }

    private static List<String> better(List<String> best, List<String> words) {
        return shortest(words) > shortest(best) ? words : best;
    }

    private static int shortest(List<String> words) {
        return words.stream().mapToInt(String::length).min().orElse(0);
    }
}
