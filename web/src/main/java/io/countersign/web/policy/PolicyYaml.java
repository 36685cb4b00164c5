package io.countersign.web.policy;

import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.policy.api.InvalidPolicy;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.PolicyJson;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Policies as YAML: a file of {@code policies:} and a list of definitions, or one alone, in the same words as JSON. */
public final class PolicyYaml {

    /** The longest text that is read, in characters. */
    public static final int LONGEST = 1 << 20;

    private static final int MOST_POLICIES = 200;
    private static final int DEEPEST = 16;

    private PolicyYaml() {}

    /** A file of several. */
    public static String write(List<PolicyDefinition> policies) {
        return yaml(blocks()).dump(Map.of("policies", policies.stream().map(PolicyJson::write).toList()));
    }

    /** One alone; {@link #readOne} gives it back. */
    public static String write(PolicyDefinition policy) {
        return write(PolicyJson.write(policy));
    }

    /** One alone as it was written, sound or not. */
    public static String write(Map<String, ?> policy) {
        return yaml(blocks()).dump(policy);
    }

    /**
     * One alone, in YAML or JSON.
     *
     * @throws InvalidPolicy with the place of each fault, such as {@code rules[0].effect}
     */
    public static PolicyDefinition readOne(String text) {
        return PolicyJson.read(named(load(text), "policy"));
    }

    /** The line on which a place such as {@code rules[0].condition.regex} stands, from 1; the nearest line around it when it is missing. */
    public static OptionalInt lineOf(String text, String place) {
        Node at;
        try {
            at = yaml(new DumperOptions()).compose(new StringReader(text));
        } catch (YAMLException e) {
            return e instanceof MarkedYAMLException marked && marked.getProblemMark() != null
                    ? OptionalInt.of(marked.getProblemMark().getLine() + 1) : OptionalInt.empty();
        }
        if (at == null) {
            return OptionalInt.empty();
        }
        int line = at.getStartMark().getLine() + 1;
        for (String step : place.split("[.\\[]")) {
            Node next = at instanceof SequenceNode list ? item(list, step) : null;
            if (at instanceof MappingNode map) {
                for (NodeTuple field : map.getValue()) {
                    if (field.getKeyNode() instanceof ScalarNode key && key.getValue().equals(step)) {
                        line = key.getStartMark().getLine() + 1;
                        next = field.getValueNode();
                    }
                }
            } else if (next != null) {
                line = next.getStartMark().getLine() + 1;
            }
            if (next == null) {
                break;
            }
            at = next;
        }
        return OptionalInt.of(line);
    }

    private static @Nullable Node item(SequenceNode list, String step) {
        String digits = step.replace("]", "");
        int index = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
        return index < list.getValue().size() ? list.getValue().get(index) : null;
    }

    /**
     * A file of several.
     *
     * @throws InvalidPolicy with the place of each fault, such as {@code policies[2].rules[0].effect}
     */
    public static List<PolicyDefinition> read(String text) {
        Object file = load(text);
        if (!(file instanceof Map<?, ?> map) || map.size() != 1 || !(map.get("policies") instanceof List<?> list) || list.isEmpty()
                || list.size() > MOST_POLICIES) {
            throw invalid("yaml", "must hold policies: and a list of 1 to " + MOST_POLICIES);
        }
        List<PolicyDefinition> policies = new ArrayList<>();
        List<ParameterFault> faults = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String place = "policies[" + i + "]";
            try {
                policies.add(PolicyJson.read(named(list.get(i), place)));
            } catch (InvalidPolicy e) {
                e.faults().forEach(fault -> faults.add(new ParameterFault(
                        fault.field().startsWith(place) ? fault.field() : place + "." + fault.field(), fault.message())));
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidPolicy(faults.subList(0, Math.min(20, faults.size())));
        }
        return policies;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> named(@Nullable Object policy, String place) {
        if (policy instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
            return (Map<String, @Nullable Object>) map;
        }
        throw invalid(place, "must be an object");
    }

    private static @Nullable Object load(String text) {
        try {
            return yaml(new DumperOptions()).load(text);
        } catch (MarkedYAMLException e) {
            String where = e.getProblemMark() == null ? ""
                    : " at line " + (e.getProblemMark().getLine() + 1) + ", column " + (e.getProblemMark().getColumn() + 1);
            throw invalid("yaml", "is no YAML that is taken here" + where);
        } catch (YAMLException e) {
            throw invalid("yaml", "is no YAML that is taken here");
        }
    }

    private static DumperOptions blocks() {
        DumperOptions style = new DumperOptions();
        style.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        style.setWidth(130);
        style.setSplitLines(false);
        style.setDereferenceAliases(true); // people edit this: no anchors for two empty lists
        return style;
    }

    private static InvalidPolicy invalid(String field, String message) {
        return new InvalidPolicy(List.of(new ParameterFault(field, message)));
    }

    private static Yaml yaml(DumperOptions style) {
        LoaderOptions limits = new LoaderOptions();
        limits.setAllowDuplicateKeys(false);
        limits.setMaxAliasesForCollections(10);
        limits.setNestingDepthLimit(DEEPEST);
        limits.setCodePointLimit(LONGEST);
        return new Yaml(new SafeConstructor(limits), new Representer(style), style, limits, new PlainWords());
    }

    /** Only what JSON has too: {@code yes} and {@code 2026-12-31} are text. */
    private static final class PlainWords extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("^(?:true|false)$"), "tf");
            addImplicitResolver(Tag.INT, Pattern.compile("^-?(?:0|[1-9][0-9]*)$"), "-0123456789");
            addImplicitResolver(Tag.FLOAT, Pattern.compile("^-?(?:0|[1-9][0-9]*)\\.[0-9]+$"), "-0123456789");
            addImplicitResolver(Tag.NULL, Pattern.compile("^(?:~|null|)$"), "~n\0");
            addImplicitResolver(Tag.NULL, Pattern.compile("^$"), null);
        }
    }
}
