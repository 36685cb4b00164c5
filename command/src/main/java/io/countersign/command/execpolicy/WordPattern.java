package io.countersign.command.execpolicy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * A glob, with {@code *} for any text and {@code ?} for one character, over the whole text; or after {@code re:} a regular expression found
 * anywhere. Both take time linear in the text.
 */
final class WordPattern {

    private static final String REGEX = "re:";

    private WordPattern() {}

    /** What is wrong with it; empty when nothing is. */
    static Optional<String> fault(String pattern) {
        try {
            compile(pattern);
            return Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of("is not a regular expression: " + e.getDescription() + (e.getPattern() == null ? "" : " `" + e.getPattern() + "`"));
        }
    }

    static boolean matches(String pattern, String text) {
        return compile(pattern).matcher(text).find();
    }

    private static Pattern compile(String pattern) {
        return pattern.startsWith(REGEX) ? Pattern.compile(pattern.substring(REGEX.length()), Pattern.DOTALL)
                : Pattern.compile(globbed(pattern), Pattern.DOTALL);
    }

    private static String globbed(String glob) {
        StringBuilder regex = new StringBuilder("\\A");
        for (char character : glob.toCharArray()) {
            regex.append(switch (character) {
                case '*' -> ".*";
                case '?' -> ".";
                default -> Pattern.quote(String.valueOf(character));
            });
        }
        return regex.append("\\z").toString();
    }
}
