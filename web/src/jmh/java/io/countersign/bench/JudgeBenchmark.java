package io.countersign.bench;

import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Rulebook;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What one judgement takes, by its percentiles: {@code mvn -Pjmh}. The rules and requests are those of {@code mvn -Pbench}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 2, jvmArgsAppend = "-XX:+UseSerialGC")
@Warmup(iterations = 4, time = 5)
@Measurement(iterations = 5, time = 4)
public class JudgeBenchmark {

    private final Rulebook hundred = PolicyBench.rules(2, 50);
    private final Facts mail = PolicyBench.mail(17);
    private final Rulebook thousand = PolicyBench.rules(20, 50);
    private final Facts statement = PolicyBench.statement();

    /** Runs all. */
    public static void main(String[] arguments) throws RunnerException {
        new Runner(new OptionsBuilder().include(JudgeBenchmark.class.getSimpleName()).build()).run();
    }

    /** 100 rules of seven kinds over a mail of 400 characters. */
    @Benchmark
    public Object a_hundred_rules_over_a_mail() {
        return hundred.judge(mail, Instant.EPOCH, Rulebook.Rates.NONE, Set.of());
    }

    /** 1,000 rules over a statement of 50 lines whose facts are known. */
    @Benchmark
    public Object a_thousand_rules_over_a_statement() {
        return thousand.judge(statement, Instant.EPOCH, Rulebook.Rates.NONE, Set.of());
    }
}
