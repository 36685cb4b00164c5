package io.countersign.command.sql;

import io.countersign.command.sql.api.Reading.Change;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of the rows of one table, in the plain forms alone: {@code insert into t ...}, {@code update t set ... [where ...]},
 * {@code delete from t [where ...]}. What would change more than that, or tell more than how many rows, is refused.
 *
 * @param beforeBrackets indexes of tokens that stand before a round bracket and call nothing
 */
record ChangeText(Change change, Set<Integer> beforeBrackets) {

    private static final Set<String> VERBS = Set.of("insert", "update", "delete");
    private static final Set<String> CHANGES = Set.of("insert", "update", "delete", "merge", "into", "returning");

    static ChangeText of(Lexer.Lexed lexed) throws UnreadableText {
        return new Walk(lexed).walk();
    }

    private static final class Walk {

        private final String text;
        private final List<Token> tokens;
        private final Set<Integer> beforeBrackets = new HashSet<>();
        private int at;

        Walk(Lexer.Lexed lexed) {
            this.text = lexed.text();
            this.tokens = lexed.tokens();
        }

        ChangeText walk() throws UnreadableText {
            String verb = tokens.getFirst().folded();
            if (tokens.getFirst().kind() != Token.Kind.WORD || !VERBS.contains(verb)) {
                throw new UnreadableText("sql_not_a_change", "This changes rows with INSERT, UPDATE or DELETE only; the statement begins with "
                        + CanonicalReader.excerpt(verb) + ".");
            }
            at = 1;
            if (!verb.equals("update")) {
                word(verb.equals("insert") ? "into" : "from");
            }
            int first = at;
            String schema = null;
            String table = name();
            if (at < tokens.size() && tokens.get(at).is(".")) {
                at++;
                schema = table;
                table = name();
            }
            String place = text.substring(tokens.get(first).at(), tokens.get(at - 1).end());
            beforeBrackets.add(at - 1);
            String called = alias(verb, tokens.get(at - 1).text());
            if (verb.equals("update")) {
                beforeBrackets.add(at);
                word("set");
            }
            String condition = rest(verb);
            return new ChangeText(new Change(verb, schema, table, place, called, condition), Set.copyOf(beforeBrackets));
        }

        private String alias(String verb, String otherwise) throws UnreadableText {
            boolean as = at < tokens.size() && tokens.get(at).isWord("as");
            if (as) {
                at++;
            }
            boolean named = as || at < tokens.size() && tokens.get(at).isName()
                    && !verb.equals("insert") && !tokens.get(at).isWord(verb.equals("update") ? "set" : "where");
            if (!named) {
                return otherwise;
            }
            beforeBrackets.add(at);
            name();
            return tokens.get(at - 1).text();
        }

        /** The condition, if there is one; everything behind the table is looked through. */
        private String rest(String verb) throws UnreadableText {
            int depth = 0;
            int where = -1;
            for (int i = at; i < tokens.size(); i++) {
                Token token = tokens.get(i);
                Token before = tokens.get(i - 1);
                depth += token.is("(") || token.is("[") ? 1 : token.is(")") || token.is("]") ? -1 : 0;
                if (token.kind() != Token.Kind.WORD || before.is(".")) {
                    continue;
                }
                String word = token.folded();
                if (CHANGES.contains(word) || word.equals("share") && (before.isWord("for") || before.isWord("key"))) {
                    throw tooRich(word);
                }
                if (depth > 0) {
                    continue;
                }
                boolean elsewhere = switch (verb) {
                    case "update" -> word.equals("from") && !before.isWord("distinct");
                    case "delete" -> word.equals("using");
                    default -> word.equals("conflict") && before.isWord("on");
                };
                if (elsewhere || word.equals("with") || word.equals("current") && before.isWord("where")) {
                    throw tooRich(word);
                }
                if (word.equals("where") && where < 0 && !verb.equals("insert")) {
                    where = i;
                }
            }
            boolean unexpected = verb.equals("delete") && where != at && at < tokens.size();
            if (unexpected || where == tokens.size() - 1) {
                throw tooRich(tokens.get(Math.min(at, tokens.size() - 1)).text());
            }
            return where < 0 ? "" : text.substring(tokens.get(where + 1).at());
        }

        private String name() throws UnreadableText {
            @Nullable Token token = at < tokens.size() ? tokens.get(at) : null;
            if (token == null || !token.isName() || token.isWord("only") || token.isWord("table")) {
                throw tooRich(token == null ? "its end" : token.text());
            }
            at++;
            return token.folded();
        }

        private void word(String expected) throws UnreadableText {
            if (at >= tokens.size() || !tokens.get(at).isWord(expected)) {
                throw tooRich(at < tokens.size() ? tokens.get(at).text() : "its end");
            }
            at++;
        }

        private static UnreadableText tooRich(String word) {
            return new UnreadableText("sql_change_too_rich", "Only INSERT INTO a table, UPDATE a table SET ... WHERE ... and DELETE FROM a table "
                    + "WHERE ... are understood, without FROM, USING, ON CONFLICT, RETURNING and WITH; the statement holds "
                    + CanonicalReader.excerpt(word) + " where it is not expected.");
        }
    }
}
