package io.countersign.command.evaluation;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/** What may be shown of a value that matched: short, on one line, without what looks like a credential or an account number. */
final class Excerpt {

    private static final int LONGEST = 80;
    private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");
    private static final Pattern LIKE_A_SECRET = Pattern.compile("[A-Za-z0-9+/_=.-]{16,}|\\b(?:[0-9][ -]?){9,}");

    private Excerpt() {}

    static String of(String text) {
        String shown = HIDDEN.matcher(text.length() > 400 ? text.substring(0, 400) : text).replaceAll(" ").strip();
        Matcher matcher = LIKE_A_SECRET.matcher(shown);
        StringBuilder masked = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            String found = matcher.group();
            masked.append(shown, from, matcher.start());
            masked.append(isSecret(found) ? found.substring(0, 4) + "…" : found);
            from = matcher.end();
        }
        masked.append(shown, from, shown.length());
        return masked.length() > LONGEST ? masked.substring(0, LONGEST) + "…" : masked.toString();
    }

    /** Words and names have no digits in their midst, or no letters; keys and tokens have both, account numbers nothing but digits. */
    private static boolean isSecret(String run) {
        long digits = run.chars().filter(c -> c >= '0' && c <= '9').count();
        return digits >= 4 && (digits * 2 >= run.length() || run.indexOf('.') < 0);
    }
}
