package io.countersign.command.sql;

import io.countersign.command.sql.api.Reading;
import io.countersign.command.sql.api.Reading.Change;
import io.countersign.command.sql.api.Reading.Query;
import io.countersign.command.sql.api.Reading.Refused;
import io.countersign.command.sql.api.Reading.Uses;
import io.countersign.command.sql.api.StatementReader;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** First the words that no query can do without if it is to change something, then the grammar, then the names. */
@Component
class CanonicalReader implements StatementReader {

    private static final Set<String> BEGINNINGS = Set.of("select", "with", "values", "table");
    private static final Set<String> CHANGES = Set.of("insert", "update", "delete", "merge", "into");
    private static final Set<String> SELECT = Set.of("select");

    @Override
    public Reading read(String sql) {
        try {
            Lexer.Lexed lexed = Lexer.lex(sql);
            Set<String> kinds = kinds(lexed.tokens());
            String first = lexed.tokens().getFirst().folded();
            if (!kinds.equals(SELECT) && !BEGINNINGS.contains(first) && !first.equals("(")) {
                return new Refused("sql_not_a_query", "This reads with SELECT, WITH, VALUES or TABLE only; the statement begins with "
                        + excerpt(first) + ".", kinds);
            }
            if (!kinds.equals(SELECT)) {
                return new Refused("sql_writes", "The statement holds the word " + kinds.stream().filter(kind -> !kind.equals("select"))
                        .findFirst().orElse("") + ", so it may change or lock rows. Only reading is possible here; "
                        + "put the word in double quotes if it is a name.", kinds);
            }
            return query(lexed, null);
        } catch (UnreadableText unreadable) {
            return new Refused(unreadable.code(), unreadable.reason(), Set.of());
        }
    }

    @Override
    public Reading readChange(String sql) {
        try {
            Lexer.Lexed lexed = Lexer.lex(sql);
            return query(lexed, ChangeText.of(lexed));
        } catch (UnreadableText unreadable) {
            return new Refused(unreadable.code(), unreadable.reason(), Set.of());
        }
    }

    private static Query query(Lexer.Lexed lexed, @Nullable ChangeText change) {
        Set<String> kinds = change == null ? SELECT : Set.of(change.change().verb());
        Change what = change == null ? null : change.change();
        try {
            Uses uses = Names.of(SyntaxTree.of(lexed.text(), lexed.tokens(), change != null), lexed.tokens(),
                    change == null ? Set.of() : change.beforeBrackets());
            return new Query(lexed.text(), kinds, null, uses, what);
        } catch (SyntaxTree.Unclear unclear) {
            return new Query(lexed.text(), kinds, unclear.reason(), Uses.NONE, what);
        }
    }

    /** A changing statement needs one of these words, unquoted; a name of that spelling is refused with it. */
    private static Set<String> kinds(List<Token> tokens) {
        Set<String> kinds = new TreeSet<>();
        Token first = tokens.getFirst();
        if (first.is("(") || BEGINNINGS.contains(first.folded())) {
            kinds.add("select");
        } else {
            kinds.add(first.kind() == Token.Kind.WORD ? excerpt(first.folded()) : "unknown");
        }
        for (int i = 1; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean afterDot = tokens.get(i - 1).is(".");
            if (token.kind() == Token.Kind.WORD && !afterDot && CHANGES.contains(token.folded())) {
                kinds.add(token.folded());
            }
            if (token.isWord("share") && (tokens.get(i - 1).isWord("for") || tokens.get(i - 1).isWord("key"))) {
                kinds.add("lock");
            }
        }
        return kinds;
    }

    static String excerpt(String word) {
        return word.length() > 20 ? word.substring(0, 20) + "…" : word;
    }
}
