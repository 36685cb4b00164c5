package io.countersign.command.sql;

import io.countersign.command.sql.Token.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Cuts a text into tokens by the rules of PostgreSQL with {@code standard_conforming_strings}, and writes it anew in the plainest form:
 * comments become a blank, escape and dollar-quoted literals become ordinary ones. What cannot be brought into a form that every reader
 * takes for the same is refused.
 */
final class Lexer {

    /** The longest statement, in characters. */
    static final int MAX_LENGTH = 65_536;

    /** The deepest nesting of brackets. */
    static final int MAX_DEPTH = 60;

    private static final int MAX_NAME_BYTES = 63;
    private static final String OPERATOR_CHARACTERS = "~!@#^&|`?+-*/%<>=";
    private static final Set<String> OPERATORS = Set.of("+", "-", "*", "/", "%", "^", "<", ">", "=", "<=", ">=", "<>", "!=", "||", "->", "->>",
            "#>", "#>>", "#-", "@>", "<@", "?", "?|", "?&", "&&", "&", "|", "#", "~", "~*", "!~", "!~*", "<<", ">>", "@@", "@?", "|/", "||/",
            "~~", "~~*", "!~~", "!~~*", "<->", "=>");

    private final String in;
    private final StringBuilder out = new StringBuilder();
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int depth;

    private Lexer(String in) {
        this.in = in;
    }

    /** The canonical text and its tokens. */
    record Lexed(String text, List<Token> tokens) {}

    static Lexed lex(String sql) throws UnreadableText {
        if (sql.length() > MAX_LENGTH) {
            throw new UnreadableText("The statement is longer than " + MAX_LENGTH + " characters.");
        }
        Lexer lexer = new Lexer(sql.strip());
        lexer.run();
        return new Lexed(lexer.out.toString(), List.copyOf(lexer.tokens));
    }

    private void run() throws UnreadableText {
        while (at < in.length()) {
            char c = in.charAt(at);
            if (isBlank(c) || startsWith("--") || startsWith("/*")) {
                blank();
            } else if (c == '\'') {
                plainLiteral();
            } else if (c == '"') {
                quotedName();
            } else if (isNameStart(c)) {
                word();
            } else if (isDigit(c) || c == '.' && at + 1 < in.length() && isDigit(in.charAt(at + 1))) {
                number();
            } else if (c == '$') {
                dollarLiteral();
            } else if (OPERATOR_CHARACTERS.indexOf(c) >= 0) {
                operator();
            } else if (c == ';') {
                end();
            } else {
                punctuation(c);
            }
        }
        if (depth > 0) {
            throw new UnreadableText("A bracket is not closed.");
        }
        out.setLength(tokens.isEmpty() ? 0 : tokens.getLast().end());
        if (tokens.isEmpty()) {
            throw new UnreadableText("sql_not_one_statement", "There is no statement.");
        }
    }

    private void blank() throws UnreadableText {
        boolean line = false;
        while (at < in.length()) {
            char c = in.charAt(at);
            if (isBlank(c)) {
                line |= c == '\n' || c == '\r';
                at++;
            } else if (startsWith("--")) {
                while (at < in.length() && in.charAt(at) != '\n' && in.charAt(at) != '\r') {
                    at++;
                }
            } else if (startsWith("/*")) {
                comment();
            } else {
                break;
            }
        }
        if (!out.isEmpty()) {
            out.append(line ? '\n' : ' ');
        }
    }

    private void comment() throws UnreadableText {
        int open = 0;
        do {
            if (startsWith("/*")) {
                open++;
                at += 2;
            } else if (startsWith("*/")) {
                open--;
                at += 2;
            } else if (at++ >= in.length()) {
                throw new UnreadableText("A comment is not closed.");
            }
        } while (open > 0);
    }

    private void plainLiteral() throws UnreadableText {
        literal(quoted('\'', false));
    }

    /** Reads from one quote to its partner; with {@code escapes}, backslashes mean what they mean in {@code E''}. */
    private String quoted(char quote, boolean escapes) throws UnreadableText {
        StringBuilder content = new StringBuilder();
        at++;
        while (true) {
            if (at >= in.length()) {
                throw new UnreadableText("A quote is not closed.");
            }
            char c = in.charAt(at++);
            if (c == quote) {
                if (at < in.length() && in.charAt(at) == quote) {
                    at++;
                } else {
                    return content.toString();
                }
            } else if (c == 0) {
                throw new UnreadableText("The character U+0000 is not allowed.");
            } else if (c == '\\' && escapes) {
                c = escaped();
            }
            content.append(c);
        }
    }

    private char escaped() throws UnreadableText {
        char c = at < in.length() ? in.charAt(at++) : 0;
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case '\\', '\'' -> c;
            default -> throw new UnreadableText("Only \\n, \\t, \\r, \\b, \\f, \\\\ and \\' are read in an escape literal.");
        };
    }

    private void literal(String content) throws UnreadableText {
        if (!tokens.isEmpty() && tokens.getLast().kind() == Kind.STRING) {
            throw new UnreadableText("Two literals in a row are one to some readers and two to others; write them as one.");
        }
        add(Kind.STRING, "'" + content.replace("'", "''") + "'");
    }

    private void dollarLiteral() throws UnreadableText {
        int close = in.indexOf('$', at + 1);
        String tag = close < 0 ? "" : in.substring(at, close + 1);
        if (!tag.matches("\\$([A-Za-z_][A-Za-z0-9_]*)?\\$")) {
            throw new UnreadableText("Placeholders such as $1 are not read; write the value.");
        }
        int end = in.indexOf(tag, close + 1);
        if (end < 0) {
            throw new UnreadableText("The literal " + tag + " is not closed.");
        }
        String content = in.substring(close + 1, end);
        if (content.indexOf(0) >= 0) {
            throw new UnreadableText("The character U+0000 is not allowed.");
        }
        at = end + tag.length();
        literal(content);
    }

    private void quotedName() throws UnreadableText {
        int start = at;
        String name = quoted('"', false);
        if (in.substring(start + 1, at - 1).contains("\"") || name.chars().anyMatch(Character::isISOControl)) {
            throw new UnreadableText("A quote or a control character inside a name is not read.");
        }
        mustFit(name);
        if (!tokens.isEmpty() && tokens.getLast().end() == out.length() && tokens.getLast().isName()) {
            out.append(' ');
        }
        add(Kind.QUOTED, "\"" + name + "\"");
    }

    private void word() throws UnreadableText {
        int start = at;
        while (at < in.length() && isNamePart(in.charAt(at))) {
            at++;
        }
        String word = in.substring(start, at);
        char next = at < in.length() ? in.charAt(at) : ' ';
        if (next == '\'' && word.equalsIgnoreCase("e")) {
            literal(quoted('\'', true));
            return;
        }
        if (next == '\'' || word.equalsIgnoreCase("u") && next == '&' && at + 1 < in.length() && "'\"".indexOf(in.charAt(at + 1)) >= 0) {
            throw new UnreadableText("Literals and names with the prefix " + word + " are not read; write them in plain quotes.");
        }
        mustFit(word);
        add(Kind.WORD, word);
    }

    private void number() throws UnreadableText {
        int start = at;
        digits();
        if (at < in.length() && in.charAt(at) == '.') {
            at++;
            digits();
        }
        if (at < in.length() && (in.charAt(at) == 'e' || in.charAt(at) == 'E')) {
            int sign = at + 1 < in.length() && "+-".indexOf(in.charAt(at + 1)) >= 0 ? 1 : 0;
            if (at + 1 + sign < in.length() && isDigit(in.charAt(at + 1 + sign))) {
                at += 1 + sign;
                digits();
            }
        }
        if (at < in.length() && (isNamePart(in.charAt(at)) || in.charAt(at) == '.')) {
            throw new UnreadableText("The number " + in.substring(start, at + 1) + "… is not read.");
        }
        add(Kind.NUMBER, in.substring(start, at));
    }

    private void digits() {
        while (at < in.length() && isDigit(in.charAt(at))) {
            at++;
        }
    }

    /** As PostgreSQL does: the longest run, cut before a comment, and without a sign at its end unless it holds a rarer character. */
    private void operator() throws UnreadableText {
        int end = at;
        while (end < in.length() && OPERATOR_CHARACTERS.indexOf(in.charAt(end)) >= 0 && !in.startsWith("--", end) && !in.startsWith("/*", end)) {
            end++;
        }
        String operator = in.substring(at, end);
        while (operator.length() > 1 && (operator.endsWith("+") || operator.endsWith("-"))
                && operator.chars().noneMatch(c -> "~!@#%^&|`?".indexOf(c) >= 0)) {
            operator = operator.substring(0, operator.length() - 1);
        }
        if (!OPERATORS.contains(operator)) {
            throw new UnreadableText("The operator " + operator + " is not read.");
        }
        at += operator.length();
        if (!tokens.isEmpty() && tokens.getLast().end() == out.length() && tokens.getLast().kind() == Kind.OPERATOR) {
            out.append(' ');
        }
        add(Kind.OPERATOR, operator);
    }

    private void punctuation(char c) throws UnreadableText {
        String text = startsWith("::") ? "::" : String.valueOf(c);
        switch (c) {
            case '(', '[' -> {
                if (++depth > MAX_DEPTH) {
                    throw new UnreadableText("Brackets are nested more than " + MAX_DEPTH + " deep.");
                }
            }
            case ')', ']' -> {
                if (--depth < 0) {
                    throw new UnreadableText("A bracket is closed that was not opened.");
                }
            }
            case ',', '.', ':' -> { /* plain */ }
            default -> throw new UnreadableText("The character U+%04X is not read here.".formatted((int) c));
        }
        at += text.length();
        add(Kind.PUNCTUATION, text);
    }

    private void end() throws UnreadableText {
        while (at < in.length() && (in.charAt(at) == ';' || isBlank(in.charAt(at)) || startsWith("--") || startsWith("/*"))) {
            if (in.charAt(at) == ';') {
                at++;
            } else {
                blank();
            }
        }
        if (at < in.length()) {
            throw new UnreadableText("sql_not_one_statement", "Send one statement at a time.");
        }
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, out.length()));
        out.append(text);
    }

    private static void mustFit(String name) throws UnreadableText {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw new UnreadableText("A name has 1 to " + MAX_NAME_BYTES + " bytes; a longer one is cut by the database.");
        }
    }

    private boolean startsWith(String text) {
        return in.startsWith(text, at);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Letters beyond ASCII only in small form: the database folds them or not, by its encoding. */
    private static boolean isNameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c > 127 && Character.isLetter(c) && !Character.isUpperCase(c)
                && !Character.isTitleCase(c);
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c) || c == '$';
    }
}
