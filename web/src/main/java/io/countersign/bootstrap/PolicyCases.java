package io.countersign.bootstrap;

import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.Findings;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.evaluation.api.RateKeeper.Answer;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.Policy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyDefinition.Mode;
import io.countersign.command.policy.api.PolicyJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares what policies say of recorded actions with what they are expected to say. */
@Command(name = "test", mixinStandardHelpOptions = true, description = "Checks policies against recorded actions with expected verdicts.",
        footer = {"", "Exit codes: 0 all as expected, 1 drift, 2 the files cannot be used."})
final class PolicyCases implements Callable<Integer> {

    private static final int AS_EXPECTED = 0;
    private static final int DRIFT = 1;
    private static final int UNUSABLE = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "CASES", description = "YAML with `cases`, and `policies` unless they are given apart.")
    private Path file = Path.of("");

    @Option(names = {"-p", "--policies"}, paramLabel = "FILE", description = "YAML with `policies`, as the service exports them.")
    private @Nullable Path policyFile;

    /** A file that cannot be used, with everything that is wrong with it. */
    private static final class Unusable extends Exception {

        private static final long serialVersionUID = 1L;
        private final transient List<String> sentences;

        Unusable(List<String> sentences) {
            super(sentences.getFirst());
            this.sentences = sentences;
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Map<?, ?> written = read(file);
            Path from = policyFile == null ? file : policyFile;
            List<PolicyDefinition> policies = policies(from, policyFile == null ? written : read(from));
            List<PolicyCase> cases = cases(written);
            int drifted = 0;
            for (PolicyCase one : cases) {
                drifted += check(one, policies, out) ? 0 : 1;
            }
            out.printf("%n%d %s, %s%n", cases.size(), cases.size() == 1 ? "case" : "cases", drifted == 0 ? "all as expected" : drifted + " drifted");
            out.flush();
            return drifted == 0 ? AS_EXPECTED : DRIFT;
        } catch (Unusable e) {
            PrintWriter err = spec.commandLine().getErr();
            e.sentences.forEach(err::println);
            err.flush();
            return UNUSABLE;
        }
    }

    private static Map<?, ?> read(Path path) throws Unusable {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(50);
        try (Reader reader = Files.newBufferedReader(path)) {
            if (new Yaml(new SafeConstructor(options)).load(reader) instanceof Map<?, ?> map) {
                return map;
            }
            throw new Unusable(List.of(path + ": must be a mapping with policies and cases"));
        } catch (IOException e) {
            throw new Unusable(List.of(path + ": cannot be read"));
        } catch (YAMLException e) {
            throw new Unusable(List.of(path + ": is no YAML: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        }
    }

    private static List<PolicyDefinition> policies(Path path, Map<?, ?> written) throws Unusable {
        if (!(written.get("policies") instanceof List<?> list) || list.isEmpty()) {
            throw new Unusable(List.of(path + ": policies: must be a list of policies"));
        }
        List<PolicyDefinition> policies = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String place = path + ": policies[" + i + "].";
            if (list.get(i) instanceof Map<?, ?> map) {
                try {
                    PolicyDefinition policy = PolicyJson.read(Plain.map(map));
                    compiler().faults(policy).forEach(fault -> faults.add(sentence(place, fault)));
                    policies.add(policy);
                } catch (InvalidPolicy e) {
                    e.faults().forEach(fault -> faults.add(sentence(place, fault)));
                }
            } else {
                faults.add(place + " must be a mapping");
            }
        }
        if (!faults.isEmpty()) {
            throw new Unusable(faults);
        }
        return policies;
    }

    private static String sentence(String place, ParameterFault fault) {
        return place + fault.field() + ": " + fault.message();
    }

    private List<PolicyCase> cases(Map<?, ?> written) throws Unusable {
        if (!(written.get("cases") instanceof List<?> list) || list.isEmpty()) {
            throw new Unusable(List.of(file + ": cases: must be a list of cases"));
        }
        List<PolicyCase> cases = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            try {
                cases.add(PolicyCase.read(list.get(i), i));
            } catch (IllegalArgumentException e) {
                faults.add(file + ": cases[" + i + "]: " + e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new Unusable(faults);
        }
        return cases;
    }

    private static RuleCompiler compiler() {
        return ServiceLoader.load(RuleCompiler.class).findFirst().orElseThrow(() -> new IllegalStateException("There is no compiler of rules"));
    }

    private static boolean check(PolicyCase one, List<PolicyDefinition> policies, PrintWriter out) {
        Facts facts = one.facts();
        Findings findings = compiler().compile(inForce(policies, one.agentId())).judge(facts, one.at(),
                (policyId, ruleId, rate, take) -> one.rates().getOrDefault(policyId + "/" + ruleId, Answer.WITHIN), Set.of());
        String verdict = findings.effect().map(effect -> effect.wire()).orElse(PolicyCase.ALLOW);
        String rule = findings.hits().isEmpty() ? null : findings.hits().getFirst().policy() + "/" + findings.hits().getFirst().ruleId();
        boolean same = verdict.equals(one.expected()) && (one.expectedRule() == null || one.expectedRule().equals(rule));
        if (same) {
            out.printf("ok     %s: %s%n", one.name(), verdict);
            return true;
        }
        out.printf("DRIFT  %s%n", one.name());
        out.printf("       - expected: %s%s%n", one.expected(), one.expectedRule() == null ? "" : " by " + one.expectedRule());
        out.printf("       + actual:   %s%s%n", verdict, rule == null ? "; no rule holds" : " by " + rule);
        for (Hit hit : findings.hits()) {
            out.printf("         %s/%s, %s: %s%n", hit.policy(), hit.ruleId(), hit.effect().wire(), hit.message());
        }
        return false;
    }

    /** As the service would choose: those of the agent take the place of those of the same name, unless they are locked. */
    private static List<Policy> inForce(List<PolicyDefinition> policies, @Nullable String agentId) {
        List<PolicyDefinition> deciding = policies.stream().filter(PolicyDefinition::enabled).filter(it -> it.mode() == Mode.ENFORCE).toList();
        List<PolicyDefinition> own = deciding.stream().filter(it -> it.agentId() != null && Objects.equals(it.agentId(), agentId)).toList();
        Set<String> replaced = own.stream().map(it -> it.name().toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        List<PolicyDefinition> chosen = new ArrayList<>(own);
        deciding.stream().filter(it -> it.agentId() == null)
                .filter(it -> it.locked() || !replaced.contains(it.name().toLowerCase(Locale.ROOT))).forEach(chosen::add);
        return chosen.stream().map(it -> new Policy(it.name(), "", 0, it, false, false, null, null, null)).toList();
    }
}
