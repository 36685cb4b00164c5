package io.countersign.command.evaluation;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelStandardFunctions;
import io.countersign.command.evaluation.api.Facts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An expression over the facts. It compares and searches, it builds nothing: text and lists cannot be joined, so memory stays that of the
 * facts. Bounded in length, nodes, nesting and rounds, and watched besides.
 */
final class CelExpression {

    /** The namespaces an expression can name; those that do not apply to an action are empty. */
    static final List<String> NAMESPACES = List.of("action", "params", "agent", "sql", "http", "time", "history");

    private static final int MILLIS = 5;
    private static final int MILLIS_AGAIN = 50;
    private static final int STEPS_BETWEEN_LOOKS = 64;
    private static final int MOST_NODES = 200;
    private static final int MOST_ROUNDS = 1_000;
    private static final int DEEPEST_LOOP = 2;
    private static final int DEEPEST_NESTING = 32;
    private static final int LONGEST = 2_000;
    private static final String MATCHES = "matches";
    private static final String JOINS = "ADD_(STRING|BYTES|LIST)";

    private static final CelOptions OPTIONS = CelOptions.current().maxExpressionCodePointSize(LONGEST)
            .maxParseRecursionDepth(DEEPEST_NESTING).comprehensionMaxIterations(MOST_ROUNDS).enableHeterogeneousNumericComparisons(true)
            .build();
    private static final CelCompiler COMPILER = compiler();

    /** Functions are told nothing but their arguments. */
    private static final ThreadLocal<Patience> UNDER_WAY = ThreadLocal.withInitial(Patience::new);

    private final CelRuntime.Program program;
    private final List<Guard> guards;

    private CelExpression(CelRuntime.Program program, List<Guard> guards) {
        this.program = program;
        this.guards = guards;
    }

    /** A fact that must be this text for the whole to hold, as in {@code action.connector == 'jira' && …}. */
    private record Guard(String namespace, String name, String text) {

        /** Of all that an expression joins by "and" at its top. */
        static void collect(CelExpr expr, List<Guard> to) {
            if (expr.getKind() != Kind.CALL) {
                return;
            }
            List<CelExpr> args = expr.call().args();
            if (expr.call().function().equals("_&&_")) {
                args.forEach(arg -> collect(arg, to));
            } else if (expr.call().function().equals("_==_") && args.get(0).getKind() == Kind.SELECT && !args.get(0).select().testOnly()
                    && args.get(0).select().operand().getKind() == Kind.IDENT) {
                literal(args.get(1)).ifPresent(text ->
                        to.add(new Guard(args.get(0).select().operand().ident().name(), args.get(0).select().field(), text)));
            }
        }

        boolean rulesOut(Facts facts) {
            return facts.get(namespace, name) instanceof String found && !found.equals(text);
        }
    }

    private static CelCompiler compiler() {
        CelType facts = MapType.create(SimpleType.STRING, SimpleType.DYN);
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder().setOptions(OPTIONS)
                .setStandardEnvironmentEnabled(false)
                .setStandardDeclarations(CelStandardDeclarations.newBuilder().filterFunctions((function, overload) ->
                        function != CelStandardDeclarations.StandardFunction.MATCHES && !overload.toString().matches(JOINS)).build())
                .setStandardMacros(CelStandardMacro.HAS, CelStandardMacro.ALL, CelStandardMacro.EXISTS, CelStandardMacro.EXISTS_ONE)
                .addFunctionDeclarations(CelFunctionDecl.newFunctionDeclaration(MATCHES, CelOverloadDecl.newMemberOverload("matches_string",
                        SimpleType.BOOL, SimpleType.STRING, SimpleType.STRING)))
                .setResultType(SimpleType.BOOL);
        NAMESPACES.forEach(namespace -> builder.addVar(namespace, facts));
        return builder.build();
    }

    /** @throws TextPattern.Invalid with line and column */
    static CelExpression compile(String cel) {
        try {
            CelAbstractSyntaxTree tree = COMPILER.compile(cel).getAst();
            Map<String, TextPattern> found = new HashMap<>();
            check(CelNavigableAst.fromAst(tree).getRoot(), found);
            Map<String, TextPattern> patterns = Map.copyOf(found);
            CelRuntime runtime = CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS)
                    .setStandardFunctions(CelStandardFunctions.newBuilder().filterFunctions((function, overload) ->
                            function != CelStandardFunctions.StandardFunction.MATCHES && !overload.toString().matches(JOINS)).build())
                    .addFunctionBindings(CelFunctionBinding.fromOverloads(MATCHES, CelFunctionBinding.from("matches_string", String.class,
                            String.class, (text, regex) -> patterns.get(regex).find(text, UNDER_WAY.get()).isPresent())))
                    .build();
            List<Guard> guards = new ArrayList<>();
            Guard.collect(tree.getExpr(), guards);
            return new CelExpression(runtime.createProgram(tree), List.copyOf(guards));
        } catch (CelValidationException e) {
            CelIssue first = e.getErrors().getFirst();
            String what = first.getMessage().lines().findFirst().orElse("does not compile");
            throw new TextPattern.Invalid((what.length() > 160 ? what.substring(0, 160) + "…" : what) + " at line "
                    + first.getSourceLocation().getLine() + ", column " + (first.getSourceLocation().getColumn() + 1));
        } catch (CelEvaluationException e) {
            throw new TextPattern.Invalid("cannot be planned: " + e.getMessage());
        }
    }

    private static void check(CelNavigableExpr root, Map<String, TextPattern> patterns) {
        long nodes = root.allNodes().count();
        if (nodes > MOST_NODES) {
            throw new TextPattern.Invalid("has " + nodes + " parts; at most " + MOST_NODES + " are taken");
        }
        root.allNodes().forEach(node -> {
            if (node.getKind() == Kind.COMPREHENSION && loopsAround(node) >= DEEPEST_LOOP) {
                throw new TextPattern.Invalid("loops are nested more than " + DEEPEST_LOOP + " deep");
            }
            if (node.getKind() == Kind.CALL && node.expr().call().function().equals(MATCHES)) {
                String regex = literal(node.expr().call().args().getFirst())
                        .orElseThrow(() -> new TextPattern.Invalid("matches() takes a pattern that is written out"));
                patterns.put(regex, TextPattern.compile(regex));
            }
        });
    }

    private static int loopsAround(CelNavigableExpr node) {
        int loops = 0;
        for (Optional<CelNavigableExpr> around = node.parent(); around.isPresent(); around = around.get().parent()) {
            loops += around.get().getKind() == Kind.COMPREHENSION ? 1 : 0;
        }
        return loops;
    }

    private static Optional<String> literal(CelExpr expr) {
        return expr.getKind() == Kind.CONSTANT && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? Optional.of(expr.constant().stringValue()) : Optional.empty();
    }

    /**
     * True when it cannot hold, told without evaluating it: what is joined by "and" is false as soon as one part is, even where another part
     * cannot be told. Most expressions begin with the one kind of action that they are about.
     */
    boolean isRuledOut(Facts facts) {
        for (Guard guard : guards) {
            if (guard.rulesOut(facts)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Evaluates. The first evaluation in a process is slow because nothing is compiled yet, and a machine may pause at any time; so one that
     * takes too long is asked once more, and given longer, before that counts.
     *
     * @throws Undecided when a fact is missing or of another kind
     * @throws Watch.Interrupted when it took too long twice
     */
    boolean holds(Map<String, Object> facts, Patience patience) {
        try {
            return once(facts, new Watch(MILLIS, STEPS_BETWEEN_LOOKS, patience), patience);
        } catch (Watch.Interrupted e) {
            return once(facts, new Watch(MILLIS_AGAIN, STEPS_BETWEEN_LOOKS, patience), patience);
        }
    }

    private boolean once(Map<String, Object> facts, Watch watch, Patience patience) {
        UNDER_WAY.set(patience);
        try {
            Object result = program.trace(facts, (expr, value) -> watch.step());
            if (result instanceof Boolean holds) {
                return holds;
            }
            throw new Undecided("it does not answer true or false");
        } catch (CelEvaluationException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof Watch.Interrupted interrupted) {
                    throw interrupted;
                }
            }
            String why = String.valueOf(e.getMessage()).replaceFirst("^evaluation error at [^:]*:\\d+: ", "");
            throw new Undecided(Excerpt.of(why));
        } finally {
            UNDER_WAY.remove();
        }
    }

    /** A fact as expressions know it: their null is a value. */
    static Object value(@Nullable Object fact) {
        return switch (fact) {
            case null -> NullValue.NULL_VALUE;
            case Map<?, ?> map -> {
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((name, inner) -> copy.put(String.valueOf(name), value(inner)));
                yield copy;
            }
            case List<?> list -> list.stream().map(CelExpression::value).toList();
            default -> fact;
        };
    }

    /** The facts do not allow an answer. */
    static final class Undecided extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Undecided(String why) {
            super(why, null, false, false);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }
}
