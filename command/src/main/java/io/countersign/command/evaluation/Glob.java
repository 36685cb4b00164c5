package io.countersign.command.evaluation;

import java.util.Locale;

/** A glob without regard to case: {@code *} is any run of characters, {@code ?} one. Takes time in proportion to the text at worst squared. */
public record Glob(String pattern) {

    /** Compiles; runs of stars count as one. */
    public static Glob of(String pattern) {
        return new Glob(pattern.toLowerCase(Locale.ROOT).replaceAll("\\*+", "*"));
    }

    /** The whole text. */
    public boolean matches(String given) {
        String text = given.toLowerCase(Locale.ROOT);
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
