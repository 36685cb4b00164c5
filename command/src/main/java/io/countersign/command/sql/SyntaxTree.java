package io.countersign.command.sql;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserConstants;
import net.sf.jsqlparser.parser.CCJSqlParserTokenManager;
import net.sf.jsqlparser.parser.Node;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.SimpleCharStream;
import net.sf.jsqlparser.parser.StringProvider;
import net.sf.jsqlparser.parser.TokenMgrException;
import net.sf.jsqlparser.parser.feature.FeatureConfiguration;
import net.sf.jsqlparser.statement.Statements;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.update.Update;

/**
 * The grammar's view of a canonical text. The parser has its own idea of where a literal begins and ends, so its tokens are first compared
 * with ours one by one: a text that the two cut differently is not understood.
 */
final class SyntaxTree {

    private static final long PATIENCE_MILLIS = 2_000;
    private static final String TWO_WAYS = "It could be taken apart in two ways.";

    private SyntaxTree() {}

    /** The text was not understood. */
    static final class Unclear extends Exception {
        Unclear(String reason) {
            super(reason, null, false, false);
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** The tree of one query, or of one change, within a bounded time. */
    static Node of(String text, List<Token> tokens, boolean change) throws Unclear {
        mustAgree(text, tokens);
        CCJSqlParser parser = new CCJSqlParser(new StringProvider(text)).withAllowComplexParsing(true);
        FutureTask<Node> parsing = new FutureTask<>(() -> parse(parser, change));
        Thread.ofVirtual().name("sql-parser").start(parsing);
        try {
            return parsing.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            parser.interrupted = true;
            parsing.cancel(true);
            throw new Unclear("It takes too long to read.");
        } catch (InterruptedException stop) {
            parser.interrupted = true;
            Thread.currentThread().interrupt();
            throw new Unclear("Reading was interrupted.");
        } catch (ExecutionException failed) {
            throw new Unclear(failed.getCause() instanceof Unclear unclear ? unclear.reason() : "Its grammar is not known here.");
        }
    }

    private static Node parse(CCJSqlParser parser, boolean change) throws Unclear, ParseException {
        Statements statements = parser.Statements();
        boolean fits = statements.size() == 1 && switch (statements.getFirst()) {
            case Select query -> !change;
            case Insert insert -> change;
            case Update update -> change;
            case Delete delete -> change;
            default -> false;
        };
        if (!fits) {
            throw new Unclear("It was not read as one " + (change ? "change." : "query."));
        }
        return parser.getASTRoot();
    }

    private static void mustAgree(String text, List<Token> tokens) throws Unclear {
        CCJSqlParserTokenManager theirs = new CCJSqlParserTokenManager(new SimpleCharStream(new StringProvider(text), 1, 1));
        theirs.configuration = new FeatureConfiguration();
        int last = 0;
        int next = 0;
        try {
            for (var token = theirs.getNextToken(); token.kind != CCJSqlParserConstants.EOF; token = theirs.getNextToken()) {
                int begin = token.absoluteBegin - 1;
                int end = begin + token.image.length();
                if (token.specialToken != null || begin < last || !text.startsWith(token.image, begin)
                        || !text.substring(last, begin).isBlank()) {
                    throw new Unclear(TWO_WAYS);
                }
                while (next < tokens.size() && tokens.get(next).end() <= begin) {
                    next++;
                }
                Token ours = next < tokens.size() ? tokens.get(next) : null;
                if (ours == null || ours.at() != begin || ours.end() != end) {
                    mustBeSignsOrWords(tokens, next, begin, end);
                }
                last = end;
            }
        } catch (TokenMgrException unknown) {
            throw new Unclear("It holds a character sequence that is not known here.");
        }
        if (last != text.length()) {
            throw new Unclear(TWO_WAYS);
        }
    }

    /** Where the cuts differ, one reader's {@code ->>} may be another's {@code -} and {@code >>}, and {@code similar to} one word or two. */
    private static void mustBeSignsOrWords(List<Token> tokens, int first, int begin, int end) throws Unclear {
        for (int i = first; i < tokens.size() && tokens.get(i).at() < end; i++) {
            Token token = tokens.get(i);
            boolean sign = token.kind() == Token.Kind.OPERATOR || token.kind() == Token.Kind.PUNCTUATION;
            boolean word = token.kind() == Token.Kind.WORD && token.at() >= begin && token.end() <= end;
            if (!sign && !word) {
                throw new Unclear(TWO_WAYS);
            }
        }
    }
}
