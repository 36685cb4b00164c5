package io.countersign.executors.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Cuts a command line into words. What only a shell could give a meaning to is not read. */
final class Line {

    private static final String FOR_A_SHELL = ";|&<>$`*?()[]{}~#!\n\r";
    private static final String IN_QUOTES_TOO = "$`";
    private static final Pattern UNPLAIN = Pattern.compile("[\\s'\"\\\\]");

    private Line() {}

    /** Words as one line for people, in which it can be told where each ends. */
    static String of(List<String> words) {
        return words.stream().map(word -> word.isEmpty() || UNPLAIN.matcher(word).find() ? "'" + word.replace("'", "'\\''") + "'" : word)
                .collect(Collectors.joining(" "));
    }

    /** At least one word; empty when a quote is left open, or a shell would do more than cut. */
    static Optional<List<String>> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean escaped = c == '\\' && quote != '\'' && i + 1 < line.length()
                    && (quote == 0 ? line.charAt(i + 1) != '\n' : "\"\\$`".indexOf(line.charAt(i + 1)) >= 0);
            if (escaped) {
                word = (word == null ? new StringBuilder() : word).append(line.charAt(++i));
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
                word = word == null ? new StringBuilder() : word;
            } else if (c == quote) {
                quote = 0;
            } else if ((quote == 0 ? FOR_A_SHELL : quote == '"' ? IN_QUOTES_TOO : "").indexOf(c) >= 0) {
                return Optional.empty();
            } else if (quote == 0 && (c == ' ' || c == '\t')) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
            } else {
                word = (word == null ? new StringBuilder() : word).append(c);
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return quote != 0 || words.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(words));
    }
}
