package io.countersign.command.sql;

import io.countersign.command.sql.api.Reading.Column;
import io.countersign.command.sql.api.Reading.Relation;
import io.countersign.command.sql.api.Reading.Routine;
import io.countersign.command.sql.api.Reading.Uses;
import io.countersign.command.sql.Token.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.sf.jsqlparser.expression.Alias;
import net.sf.jsqlparser.parser.CCJSqlParserTreeConstants;
import net.sf.jsqlparser.parser.Node;
import net.sf.jsqlparser.statement.select.AllColumns;
import net.sf.jsqlparser.statement.select.AllTableColumns;
import net.sf.jsqlparser.statement.select.FromItem;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.ParenthesedFromItem;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.SelectItem;
import net.sf.jsqlparser.statement.select.TableFunction;
import net.sf.jsqlparser.statement.select.Values;
import org.jspecify.annotations.Nullable;

/**
 * What the names of one query may stand for. The tokens are the ground: each name in the text counts as a mention of a column of that name
 * in every relation, and the grammar's tree only narrows that where it explains the very place in which the name stands. What the tree
 * leaves out can so make the answer wider, never smaller.
 */
final class Names implements CCJSqlParserTreeConstants {

    /** Words that may stand before a round bracket without being called. */
    private static final Set<String> BEFORE_BRACKET = Set.of("all", "and", "any", "array", "as", "between", "by", "case", "cross", "cube",
            "distinct", "else", "except", "exists", "filter", "from", "group", "grouping", "having", "ilike", "in",
            "intersect", "is", "join", "lateral", "like", "limit", "materialized", "not", "offset", "on", "or", "order", "over",
            "rollup", "row", "select", "sets", "similar", "some", "symmetric", "tablesample", "then", "to",
            "union", "using", "values", "when", "where", "with", "extract", "cast");

    /** Words of the grammar that the tree takes for functions; no function can have such a name unless it is quoted. */
    private static final Set<String> NEVER_CALLED = Set.of("all", "any", "array", "row", "some");

    /** Words that are no names in PostgreSQL. Where the tree took one for a name, it misunderstood the text. */
    private static final Set<String> NO_NAMES = Set.of("all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric",
            "authorization", "binary", "both", "case", "cast", "check", "collate", "collation", "column", "concurrently", "constraint", "create",
            "cross", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "fetch", "for", "foreign", "freeze", "from", "full",
            "grant", "group", "having", "ilike", "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral", "leading",
            "left", "like", "limit", "natural", "not", "notnull", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing", "primary",
            "references", "returning", "right", "select", "similar", "some", "symmetric", "table", "tablesample", "then", "to", "trailing",
            "union", "unique", "using", "variadic", "verbose", "when", "where", "window", "with");

    private static final Set<String> SAMPLINGS = Set.of("bernoulli", "system");

    /** Words that may stand before a literal without naming its type. */
    private static final Set<String> BEFORE_LITERAL = Set.of("all", "and", "any", "between", "by", "case", "distinct", "else", "escape", "except",
            "from", "having", "ilike", "in", "intersect", "is", "like", "limit", "not", "offset", "on", "or", "over", "select", "similar", "some",
            "symmetric", "then", "to", "union", "using", "values", "when", "where", "zone", "for", "placing", "leading", "trailing", "both");

    private final List<Token> tokens;
    private final Map<Integer, Integer> byOffset = new HashMap<>();
    private final List<Relation> relations = new ArrayList<>();
    private final Map<String, Set<Integer>> relationsCalled = new HashMap<>();
    private final Map<Integer, Integer> relationAt = new HashMap<>();
    private final Set<String> local = new HashSet<>();
    private final Set<String> derived = new HashSet<>();
    private final Set<String> aliases = new HashSet<>();
    private final Set<Integer> whole = new LinkedHashSet<>();
    private final Set<Integer> explained = new HashSet<>();
    private final Map<Integer, @Nullable String> qualifiers = new HashMap<>();
    private final Set<Routine> functions = new LinkedHashSet<>();
    private final Set<Routine> types = new LinkedHashSet<>();
    private final Set<Integer> stars = new HashSet<>();
    private final Set<String> joined = new HashSet<>();
    private final Set<Integer> beforeBrackets;
    private boolean all;

    private Names(List<Token> tokens, Set<Integer> beforeBrackets) {
        this.tokens = tokens;
        this.beforeBrackets = beforeBrackets;
        for (int i = 0; i < tokens.size(); i++) {
            byOffset.put(tokens.get(i).at(), i);
        }
    }

    /** @param beforeBrackets indexes of tokens that call nothing though a bracket follows */
    static Uses of(Node tree, List<Token> tokens, Set<Integer> beforeBrackets) throws SyntaxTree.Unclear {
        Names names = new Names(tokens, beforeBrackets);
        names.walk(tree, JJTWITHITEM, names::localName);
        names.walk(tree, JJTFROMITEM, names::alias);
        names.walk(tree, JJTTABLENAME, names::relation);
        names.walk(tree, JJTFROMITEM, names::renamed);
        names.walk(tree, JJTFUNCTION, names::function);
        names.walk(tree, JJTCOLUMN, names::column);
        names.walk(tree, JJTSELECTITEM, names::selected);
        names.walk(tree, JJTJOINEREXPRESSION, names::natural);
        names.calls();
        names.castTypes();
        return names.uses();
    }

    private Uses uses() {
        Set<String> loose = new LinkedHashSet<>();
        Set<String> dotted = new LinkedHashSet<>();
        Set<String> operators = new LinkedHashSet<>();
        Map<String, @Nullable Set<Integer>> columns = new TreeMap<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.isName()) {
                if (!explained.contains(i) && !qualifiers.containsKey(i)) {
                    loose.add(token.folded());
                }
                if (i > 0 && tokens.get(i - 1).is(".")) {
                    dotted.add(token.folded());
                }
                mention(columns, i);
            } else if (token.kind() == Kind.OPERATOR) {
                operators.add(token.text());
                if (token.text().equals("*") && i > 0) {
                    star(i);
                }
            }
            all |= token.isWord("table");
        }
        if (all) {
            for (int i = 0; i < relations.size(); i++) {
                whole.add(i);
            }
        }
        Set<Column> uses = new LinkedHashSet<>();
        columns.forEach((name, owners) -> uses.add(new Column(name, owners == null ? null : Set.copyOf(owners))));
        return new Uses(loose, dotted, relations, uses, whole, functions, types, operators);
    }

    /** A star in the text that stands for columns and that the tree did not settle. */
    private void star(int i) {
        Token before = tokens.get(i - 1);
        if (before.is(".")) {
            String called = tokens.get(i - 2).folded();
            whole.addAll(relationsCalled.getOrDefault(called, Set.of()));
            all |= joined.contains(called) || !relationsCalled.containsKey(called) && !derived.contains(called);
        } else if (!stars.contains(i)) {
            all |= before.isWord("select") || before.isWord("all") || before.isWord("distinct") || before.is(",");
        }
    }

    /** What the name at this place can say about columns. */
    private void mention(Map<String, @Nullable Set<Integer>> columns, int i) {
        String name = tokens.get(i).folded();
        if (qualifiers.containsKey(i)) {
            wholeRow(name);
            String qualifier = qualifiers.get(i);
            if (qualifier != null && !joined.contains(qualifier) && relationsCalled.containsKey(qualifier)) {
                narrow(columns, name, relationsCalled.get(qualifier));
                return;
            }
            if (qualifier != null && !joined.contains(qualifier) && derived.contains(qualifier)) {
                return; // what the inner query reads is mentioned there
            }
        } else if (explained.contains(i)) {
            return;
        } else {
            wholeRow(name);
        }
        columns.put(name, null);
    }

    private static void narrow(Map<String, @Nullable Set<Integer>> columns, String name, Set<Integer> owners) {
        if (!columns.containsKey(name)) {
            columns.put(name, new HashSet<>(owners));
        } else if (columns.get(name) instanceof Set<Integer> known) {
            known.addAll(owners);
        }
    }

    /** A name that a relation goes by may stand for its whole row. */
    private void wholeRow(String name) {
        whole.addAll(relationsCalled.getOrDefault(name, Set.of()));
        all |= joined.contains(name) || aliases.contains(name) && !relationsCalled.containsKey(name) && !derived.contains(name);
    }

    private void localName(Node node) {
        Token first = tokens.get(index(node));
        int at = index(node);
        if (first.isWord("recursive")) {
            first = tokens.get(++at);
        }
        local.add(first.folded());
        explained.add(at);
    }

    private void mustBeNames(Node node) throws SyntaxTree.Unclear {
        for (Token token : tokens.subList(index(node), lastIndex(node) + 1)) {
            if (token.kind() == Kind.WORD && NO_NAMES.contains(token.folded())) {
                throw new SyntaxTree.Unclear("The word " + token.folded() + " stands where a name is expected.");
            }
        }
    }

    private void alias(Node node) throws SyntaxTree.Unclear {
        if (!(node.jjtGetValue() instanceof FromItem item) || item.getAlias() == null) {
            return;
        }
        String name = folded(item.getAlias().getName());
        aliases.add(name);
        boolean inner = item instanceof ParenthesedSelect || item instanceof Values || item instanceof TableFunction
                || item instanceof ParenthesedFromItem brackets && brackets.getFromItem() instanceof Values;
        if (inner) {
            derived.add(name);
        } else if (item instanceof ParenthesedFromItem) {
            joined.add(name); // may name the columns of any relation inside
        }
        // The alias is the first name after the item proper that reads like it.
        for (int i = lastIndex(node); i > index(node); i--) {
            if (tokens.get(i).isName() && tokens.get(i).folded().equals(name)
                    && !(tokens.get(i).kind() == Kind.WORD && NO_NAMES.contains(name)) && (tokens.get(i - 1).isWord("as") || !tokens.get(i - 1).is(".") && !tokens.get(i - 1).is(",")
                            && !tokens.get(i - 1).is("("))) {
                explained.add(i);
                break;
            }
        }
    }

    private void relation(Node node) throws SyntaxTree.Unclear {
        if (node.jjtGetParent() != null && node.jjtGetParent().jjtGetValue() instanceof AllTableColumns) {
            return;
        }
        List<String> parts = parts(node);
        if (parts.isEmpty()) {
            return;
        }
        mustBeNames(node);
        String name = parts.getLast();
        String schema = parts.size() > 1 ? parts.get(parts.size() - 2) : null;
        int number = relations.size();
        relations.add(new Relation(schema, name, schema == null && local.contains(name)));
        relationAt.put(index(node), number);
        String called = name;
        if (node.jjtGetParent() != null && node.jjtGetParent().jjtGetValue() instanceof FromItem item && item.getAlias() != null) {
            called = folded(item.getAlias().getName());
        }
        relationsCalled.computeIfAbsent(called, key -> new LinkedHashSet<>()).add(number);
        for (int i = index(node); i <= lastIndex(node); i++) {
            explained.add(i);
        }
    }

    /** {@code t as x(a, b)} gives the columns other names, so all of them count as read. */
    private void renamed(Node node) {
        if (node.jjtGetValue() instanceof FromItem item && item.getAlias() instanceof Alias alias && alias.getAliasColumns() != null) {
            within(node, JJTTABLENAME).forEach(table -> {
                if (relationAt.containsKey(index(table))) {
                    whole.add(relationAt.get(index(table)));
                }
            });
        }
    }

    private void function(Node node) throws SyntaxTree.Unclear {
        List<String> parts = new ArrayList<>();
        int i = index(node);
        if (tokens.get(i).kind() == Kind.WORD && NEVER_CALLED.contains(tokens.get(i).folded()) && tokens.get(i + 1).is("(")) {
            return;
        }
        for (; i < tokens.size() && (tokens.get(i).isName() || tokens.get(i).is(".")); i++) {
            if (tokens.get(i).isName()) {
                parts.add(tokens.get(i).folded());
                explained.add(i);
            }
        }
        if (parts.isEmpty() || parts.size() > 2 || i >= tokens.size() || !tokens.get(i).is("(")) {
            throw new SyntaxTree.Unclear("A function is called in a way that is not known here.");
        }
        functions.add(new Routine(parts.size() == 2 ? parts.getFirst() : null, parts.getLast()));
    }

    private void column(Node node) throws SyntaxTree.Unclear {
        mustBeNames(node);
        List<String> parts = parts(node);
        int last = lastIndex(node);
        if (parts.isEmpty() || !tokens.get(last).isName()) {
            return;
        }
        for (int i = index(node); i < last; i++) {
            explained.add(i);
        }
        qualifiers.put(last, parts.size() == 2 ? parts.getFirst() : null);
    }

    private void selected(Node node) {
        if (node.jjtGetValue() instanceof SelectItem<?> item) {
            int last = lastIndex(node);
            if (item.getAlias() != null && tokens.get(last).isName() && !qualifiers.containsKey(last)) {
                explained.add(last);
            }
            if (item.getExpression() instanceof AllTableColumns) {
                explained.add(index(node));
            } else if (item.getExpression() instanceof AllColumns) {
                stars.add(index(node));
                starOf(node);
            }
        }
    }

    /** {@code *} means the relations of the same {@code from}; what stands in a bracketed query below was mentioned there. */
    private void starOf(Node item) {
        Node select = item.jjtGetParent();
        if (select == null || select.getId() != JJTPLAINSELECT) {
            all = true;
            return;
        }
        fromHere(select, table -> {
            if (relationAt.containsKey(index(table))) {
                whole.add(relationAt.get(index(table)));
            }
        });
    }

    private void fromHere(Node node, Consumer<Node> found) {
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            Node child = node.jjtGetChild(i);
            switch (child.getId()) {
                case JJTTABLENAME -> found.accept(child);
                case JJTFROMITEM, JJTJOINEREXPRESSION -> fromHere(child, found);
                default -> { /* an expression or an inner query */ }
            }
        }
    }

    private void natural(Node node) {
        if (node.jjtGetValue() instanceof Join join && join.isNatural()) {
            all = true;
        }
    }

    /** Whatever stands before a round bracket is called, unless it is known not to be: the tree may have missed it. */
    private void calls() throws SyntaxTree.Unclear {
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (!token.isName() || !tokens.get(i + 1).is("(") || beforeBrackets.contains(i)) {
                continue;
            }
            String name = token.folded();
            boolean afterDot = i > 0 && tokens.get(i - 1).is(".");
            boolean naming = explained.contains(i) && (aliases.contains(name) || local.contains(name));
            boolean plainWord = token.kind() == Kind.WORD && !afterDot && BEFORE_BRACKET.contains(name);
            boolean type = i > 0 && (tokens.get(i - 1).is("::") || tokens.get(i - 1).isWord("as"));
            boolean sampling = i > 0 && tokens.get(i - 1).isWord("tablesample") && SAMPLINGS.contains(name);
            if (isCalledByTree(i, name) || plainWord || type || sampling) {
                continue;
            }
            if (!naming) {
                functions.add(new Routine(afterDot ? tokens.get(i - 2).folded() : null, name));
                explained.add(i);
            }
        }
        for (int i = 0; i + 1 < tokens.size(); i++) {
            if (tokens.get(i).isName() && tokens.get(i + 1).kind() == Kind.STRING
                    && (tokens.get(i).kind() == Kind.QUOTED || !BEFORE_LITERAL.contains(tokens.get(i).folded()))) {
                types.add(new Routine(i > 0 && tokens.get(i - 1).is(".") ? tokens.get(i - 2).folded() : null, tokens.get(i).folded()));
                explained.add(i);
            }
        }
    }

    private boolean isCalledByTree(int i, String name) {
        return explained.contains(i) && functions.stream().anyMatch(function -> function.name().equals(name));
    }

    /** The type after {@code ::}, or after {@code as} in a cast. */
    private void castTypes() {
        for (int i = 1; i < tokens.size(); i++) {
            boolean colons = tokens.get(i - 1).is("::");
            if (colons || tokens.get(i - 1).isWord("as") && insideCast(i - 1)) {
                if (!tokens.get(i).isName()) {
                    continue;
                }
                boolean qualified = i + 2 < tokens.size() && tokens.get(i + 1).is(".") && tokens.get(i + 2).isName();
                types.add(qualified ? new Routine(tokens.get(i).folded(), tokens.get(i + 2).folded())
                        : new Routine(null, tokens.get(i).folded()));
                explained.add(i);
                if (qualified) {
                    explained.add(i + 2);
                }
            }
        }
    }

    private boolean insideCast(int as) {
        int depth = 0;
        for (int i = as - 1; i > 0; i--) {
            if (tokens.get(i).is(")")) {
                depth++;
            } else if (tokens.get(i).is("(") && depth-- == 0) {
                return tokens.get(i - 1).isWord("cast");
            }
        }
        return false;
    }

    private List<String> parts(Node node) {
        return tokens.subList(index(node), lastIndex(node) + 1).stream().filter(Token::isName).map(Token::folded)
                .collect(Collectors.toList());
    }

    private int index(Node node) {
        return byOffset.getOrDefault(node.jjtGetFirstToken().absoluteBegin - 1, 0);
    }

    private int lastIndex(Node node) {
        var last = node.jjtGetLastToken();
        return byOffset.getOrDefault(last.absoluteBegin - 1, index(node));
    }

    private static String folded(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1) : name.toLowerCase(Locale.ROOT);
    }

    private List<Node> within(Node node, int kind) {
        List<Node> found = new ArrayList<>();
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            if (node.jjtGetChild(i).getId() == kind) {
                found.add(node.jjtGetChild(i));
            }
            found.addAll(within(node.jjtGetChild(i), kind));
        }
        return found;
    }

    @FunctionalInterface
    private interface Visit {
        void at(Node node) throws SyntaxTree.Unclear;
    }

    private void walk(Node node, int kind, Visit visit) throws SyntaxTree.Unclear {
        if (node.getId() == kind) {
            visit.at(node);
        }
        for (int i = 0; i < node.jjtGetNumChildren(); i++) {
            walk(node.jjtGetChild(i), kind, visit);
        }
    }
}
