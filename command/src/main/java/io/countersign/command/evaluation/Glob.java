package io.countersign.command.evaluation;

import java.util.Locale;

/** A glob without regard to case: {@code *} is any run of characters, {@code ?} one. Takes time in proportion to the text at worst squared. */
public record Glob(String pattern, String end) {

    /** Compiles; runs of stars count as one. */
    public static Glob of(String pattern) {
        String lower = pattern.toLowerCase(Locale.ROOT).replaceAll("\\*+", "*");
        return new Glob(lower, lower.substring(Math.max(lower.lastIndexOf('*'), lower.lastIndexOf('?')) + 1));
    }

    /** It matches one text alone. */
    boolean isPlain() {
        return end.length() == pattern.length();
    }

    /** The whole text. */
    public boolean matches(String text) {
        return matchesLower(text.toLowerCase(Locale.ROOT));
    }

    /** The same of a text that is in lower case. What does not end as the pattern does is told at once. */
    boolean matchesLower(String text) {
        if (!text.endsWith(end)) {
            return false;
        }
        int at = 0;
        int in = 0;
        int star = -1;
        int retry = 0;
        while (at < text.length()) {
            if (in < pattern.length() && pattern.charAt(in) == '*') {
                star = in++;
                retry = at;
            } else if (in < pattern.length() && (pattern.charAt(in) == '?' || pattern.charAt(in) == text.charAt(at))) {
                in++;
                at++;
            } else if (star >= 0) {
                in = star + 1;
                at = ++retry;
            } else {
                return false;
            }
        }
        while (in < pattern.length() && pattern.charAt(in) == '*') {
            in++;
        }
        return in == pattern.length();
    }
}
