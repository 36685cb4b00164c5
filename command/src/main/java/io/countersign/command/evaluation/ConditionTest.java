package io.countersign.command.evaluation;

import com.google.re2j.Pattern;
import io.countersign.command.catalogue.api.Money;
import io.countersign.command.evaluation.Subject.Name;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.policy.api.Condition;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A condition, ready to be asked. */
@FunctionalInterface
interface ConditionTest {

    /** What came out. */
    sealed interface Result {

        /** It does not hold. */
        Result NO = new No();

        /** It does not hold. */
        record No() implements Result {}

        /**
         * It holds.
         *
         * @param matched what did; null when there is nothing to show
         * @param sentence what it found, in which {@code {match}} stands for what matched
         * @param nearest what would have passed
         */
        record Holds(@Nullable String matched, String sentence, String nearest) implements Result {}

        /** The facts do not tell. */
        record Undecided(String why) implements Result {}
    }

    Result ask(Subject subject);

    /** @throws TextPattern.Invalid when a pattern or expression does not compile; a rate cannot be compiled, it is counted */
    static ConditionTest of(Condition condition) {
        return switch (condition) {
            case Condition.Table c -> names(c.name(), "tables", "table");
            case Condition.Column c -> columns(c.name());
            case Condition.Cost c -> cost(c.threshold());
            case Condition.Datasource c -> datasource(c.name());
            case Condition.Pattern c -> pattern(c);
            case Condition.CommandLine c -> commandLine(c.glob());
            case Condition.Amount c -> amount(c);
            case Condition.Host c -> host(c);
            case Condition.ActionName c -> action(c.glob());
            case Condition.Expression c -> expression(c.cel());
            case Condition.Rate c -> throw new IllegalArgumentException("A rate is counted, not asked");
        };
    }

    /**
     * The same for a rule that approves: where others are content with one table or column that matches, here every one must, and a command
     * line must match from end to end.
     *
     * @throws TextPattern.Invalid as above, and for conditions that never speak of the whole
     */
    static ConditionTest whole(Condition condition) {
        return switch (condition) {
            case Condition.Table c -> all(names(c.name(), "tables", "table"), "tables", c.name());
            case Condition.Column c -> all(names(c.name(), "columns", "column"), "columns", c.name());
            case Condition.CommandLine c -> line(c.glob());
            case Condition.ActionName c -> of(c);
            case Condition.Datasource c -> of(c);
            case Condition.Expression c -> of(c);
            case Condition.Host c -> throw new TextPattern.Invalid(NEVER_WHOLE);
            case Condition.Pattern c -> throw new TextPattern.Invalid(NEVER_WHOLE);
            case Condition.Cost c -> throw new TextPattern.Invalid(NEVER_WHOLE);
            case Condition.Amount c -> throw new TextPattern.Invalid(NEVER_WHOLE);
            case Condition.Rate c -> throw new TextPattern.Invalid(NEVER_WHOLE);
        };
    }

    /** Why some conditions cannot approve. */
    String NEVER_WHOLE = "cannot approve, for it holds where something is found and says nothing of the rest; write an expression";

    private static ConditionTest all(ConditionTest some, String fact, String name) {
        Glob whole = Glob.of(name);
        Glob below = Glob.of("*." + name);
        return subject -> subject.names(fact).stream()
                .allMatch(touched -> whole.matchesLower(touched.lower()) || below.matchesLower(touched.lower())) ? some.ask(subject) : Result.NO;
    }

    private static ConditionTest line(String glob) {
        Glob wanted = Glob.of(glob.strip().replaceAll("\\s+", " "));
        return subject -> subject.facts().get("params", "argv") instanceof List<?> && !subject.commandLine().isEmpty()
                && wanted.matches(subject.commandLine().getFirst())
                ? new Result.Holds(subject.commandLine().getFirst(), "The command is {match}.", "another command than " + glob) : Result.NO;
    }

    private static ConditionTest action(String glob) {
        Glob name = Glob.of(glob);
        return subject -> name.matches(subject.action())
                ? new Result.Holds(subject.action(), "The action is {match}.", "another action than " + glob) : Result.NO;
    }

    private static ConditionTest sql(Predicate<Facts> known, ConditionTest test) {
        return subject -> {
            if (!subject.facts().has("sql")) {
                return Result.NO;
            }
            Optional<String> doubt = subject.inDoubt("sql");
            if (doubt.isPresent()) {
                return new Result.Undecided("the statement cannot be inspected: " + doubt.get());
            }
            return known.test(subject.facts()) ? test.ask(subject) : new Result.Undecided("what the statement touches is not known");
        };
    }

    private static ConditionTest names(String name, String fact, String word) {
        Glob whole = Glob.of(name);
        Glob below = Glob.of("*." + name);
        String nearest = "a statement that does not touch " + name;
        return sql(facts -> facts.get("sql", fact) instanceof List<?>, subject -> {
            Name found = whole.isPlain() ? subject.named(fact, whole.end()) : subject.names(fact).stream()
                    .filter(touched -> whole.matchesLower(touched.lower()) || below.matchesLower(touched.lower())).findFirst().orElse(null);
            return found == null ? Result.NO : new Result.Holds(found.text(), "The statement touches the " + word + " {match}.", nearest);
        });
    }

    /** A column by name, or one of a whole row that is read without naming it. */
    private static ConditionTest columns(String name) {
        ConditionTest named = names(name, "columns", "column");
        int dot = name.lastIndexOf('.');
        Glob table = Glob.of(dot < 0 ? "*" : name.substring(0, dot));
        Glob below = Glob.of(dot < 0 ? "*" : "*." + name.substring(0, dot));
        ConditionTest rows = sql(facts -> true, subject -> {
            for (Name touched : subject.wholeRows()) {
                String row = touched.lower().substring(0, touched.lower().length() - 2);
                if (table.matchesLower(row) || below.matchesLower(row)) {
                    return new Result.Holds(touched.text(), "The statement reads whole rows: {match}.", "columns that are named");
                }
            }
            return Result.NO;
        });
        return subject -> {
            Result result = named.ask(subject);
            return result instanceof Result.No ? rows.ask(subject) : result;
        };
    }

    private static ConditionTest cost(long threshold) {
        return sql(facts -> true, subject -> switch (subject.facts().get("sql", "estimated_rows")) {
            case Number rows when rows.doubleValue() > threshold -> new Result.Holds(String.valueOf(rows.longValue()),
                    "The planner expects {match} rows, more than " + threshold + ".", "a statement of at most " + threshold + " rows");
            case Number rows -> Result.NO;
            case null, default -> new Result.Undecided("there is no estimate of rows");
        });
    }

    private static ConditionTest datasource(String name) {
        Glob glob = Glob.of(name.toLowerCase(Locale.ROOT).startsWith("datasource:") ? name.substring(11) : name);
        return sql(facts -> facts.get("sql", "datasource") instanceof String, subject -> {
            String source = subject.facts().text("sql", "datasource");
            return glob.matches(source)
                    ? new Result.Holds(source, "The statement goes to the data source {match}.", "another data source") : Result.NO;
        });
    }

    private static ConditionTest pattern(Condition.Pattern condition) {
        TextPattern pattern = TextPattern.compile(condition.regex());
        String context = condition.contextRequires();
        TextPattern required = context == null ? null : TextPattern.compile(context);
        return subject -> {
            Optional<String> found = subject.find(pattern);
            if (found.isEmpty() || required != null && subject.find(required).isEmpty()) {
                return Result.NO;
            }
            return new Result.Holds(found.get(), "The request holds \"{match}\".",
                    "no text that matches " + condition.regex() + (context == null ? "" : ", or none that matches " + context));
        };
    }

    private static ConditionTest commandLine(String glob) {
        Glob wanted = Glob.of(glob.strip().replaceAll("\\s+", " "));
        return subject -> subject.commandLine().stream().filter(wanted::matches).findFirst()
                .<Result>map(found -> new Result.Holds(found, "The command is {match}.", "another command than " + glob)).orElse(Result.NO);
    }

    private static ConditionTest amount(Condition.Amount condition) {
        String wanted = condition.currency();
        return subject -> {
            Object currency = subject.facts().get("params", "currency");
            Object amount = subject.facts().get("params", "amount");
            if (amount == null) {
                return Result.NO;
            }
            if (wanted != null && !(currency instanceof String)) {
                return new Result.Undecided("the currency is not known");
            }
            if (wanted != null && !wanted.equalsIgnoreCase(String.valueOf(currency))) {
                return Result.NO;
            }
            String code = currency instanceof String text ? text : "";
            return switch (amount) {
                case Long minor when minor > condition.above() -> {
                    String limit = Money.text(condition.above(), code);
                    yield new Result.Holds(Money.text(minor, code), "The amount is {match}, above " + limit + ".", "an amount of at most " + limit);
                }
                case Long minor -> Result.NO;
                default -> new Result.Undecided("the amount is no whole number");
            };
        };
    }

    private static ConditionTest host(Condition.Host condition) {
        HostList list = HostList.of(condition.hosts());
        String shown = String.join(", ", condition.hosts().subList(0, Math.min(5, condition.hosts().size())))
                + (condition.hosts().size() > 5 ? ", …" : "");
        return subject -> subject.hosts().stream().filter(host -> list.holds(host) != condition.unlisted()).findFirst()
                .<Result>map(host -> condition.unlisted()
                        ? new Result.Holds(HostList.shown(host), "{match} is not on the list of hosts.", "hosts on the list: " + shown)
                        : new Result.Holds(HostList.shown(host), "{match} is on the list of hosts.", "a host that is not on the list: " + shown))
                .orElse(Result.NO);
    }

    private static ConditionTest expression(String cel) {
        CelExpression expression = CelExpression.compile(cel);
        String shown = Pattern.compile("\\s+").matcher(cel).replaceAll(" ");
        return subject -> {
            if (expression.isRuledOut(subject.facts())) {
                return Result.NO;
            }
            try {
                return expression.holds(subject.forCel(), subject.patience())
                        ? new Result.Holds(null, "It holds that " + shown, "facts for which this is not so: " + shown) : Result.NO;
            } catch (CelExpression.Undecided e) {
                return new Result.Undecided(e.why());
            }
        };
    }
}
