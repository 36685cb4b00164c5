package io.countersign.executors.plugin.api;

import io.countersign.executors.plugin.api.Plugin.Call;
import io.countersign.executors.plugin.api.Plugin.Outcome;
import io.countersign.executors.plugin.api.Plugin.Words;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every plug-in keeps to. For the tests of a plug-in; its loader checks what can be known without acting. */
public final class PluginContract {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{1,59}");
    private static final Pattern SETTING = Pattern.compile("[a-z][a-z0-9_]{0,99}");
    private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9_]{0,59}");
    private static final int LONGEST_DESCRIPTION = 1_000;
    private static final int LONGEST_SUMMARY = 300;
    private static final int LONGEST_TARGET = 500;
    private static final int LONGEST_WAY_BACK = 16_384;
    private static final JsonMapper JSON = JsonMapper.shared();

    private PluginContract() {}

    /** What is wrong with how it presents itself, as sentences; empty for a sound plug-in. Nothing is done. */
    public static List<String> faults(Plugin plugin) {
        List<String> faults = new ArrayList<>();
        note(faults, plugin.name() != null && NAME.matcher(plugin.name()).matches(),
                "name() must be a word of small letters, digits and _, 2 to 60, that begins with a letter");
        note(faults, plugin.description() != null && !plugin.description().isBlank() && plugin.description().length() <= LONGEST_DESCRIPTION,
                "description() must be 1 to 1,000 characters");
        note(faults, isClosed(plugin.schema()), "schema() must be JSON Schema of an object with properties and additionalProperties false, "
                + "without references to elsewhere");
        note(faults, plugin.settings() != null && plugin.settings().stream().allMatch(name -> name != null && SETTING.matcher(name).matches()),
                "settings() must be words of small letters, digits and _");
        note(faults, !(plugin.idempotent() && plugin instanceof Plugin.Checkable), "a plug-in is idempotent or Checkable, not both");
        return List.copyOf(faults);
    }

    /**
     * Tries it for real, once, and again where it says that nothing comes of that; undoes it where it can.
     *
     * @param call with parameters that fit the schema, and whatever configuration and secrets it needs
     * @return what it did not keep to, as sentences; empty for a sound plug-in
     */
    public static List<String> trial(Plugin plugin, Call call) throws Exception {
        List<String> faults = new ArrayList<>(faults(plugin));
        Words words = plugin.describe(call.params());
        note(faults, words != null && !words.summary().isBlank() && words.summary().length() <= LONGEST_SUMMARY
                && words.target().length() <= LONGEST_TARGET, "describe() must say a summary of 1 to 300 characters and a target of at most 500");
        note(faults, Objects.equals(words, plugin.describe(call.params())), "describe() must say the same of the same");
        Outcome outcome = plugin.execute(call);
        outcome(faults, plugin, call, outcome);
        if (outcome instanceof Outcome.Done done) {
            if (plugin.idempotent()) {
                note(faults, plugin.execute(again(call)) instanceof Outcome.Done, "a second execute() of the same action must be Done as well");
            }
            if (plugin instanceof Plugin.Checkable checkable) {
                note(faults, checkable.lookUp(again(call)).filter(Outcome.Done.class::isInstance).isPresent(),
                        "lookUp() after execute() must find that it is Done");
            }
            if (plugin instanceof Plugin.Reversible reversible && done.wayBack() != null) {
                note(faults, reversible.rollBack(call, done.wayBack()) instanceof Outcome.Done, "rollBack() right after execute() must be Done");
            }
        }
        return List.copyOf(faults);
    }

    private static void outcome(List<String> faults, Plugin plugin, Call call, Outcome outcome) {
        switch (outcome) {
            case Outcome.Done done -> {
                note(faults, done.wayBack() == null || plugin instanceof Plugin.Reversible, "only a Reversible plug-in says a way back");
                note(faults, done.wayBack() == null || done.wayBack().length() <= LONGEST_WAY_BACK, "a way back has at most 16,384 characters");
                note(faults, isWritable(done.output()), "the output must be what JSON can hold");
                note(faults, call.secrets().values().stream().noneMatch(secret -> String.valueOf(done.wayBack()).contains(secret)),
                        "a way back must not hold a secret");
            }
            case Outcome.Failed failed -> note(faults, CODE.matcher(failed.code()).matches(), "the code of a failure is a word such as not_found");
            case Outcome.Unknown unknown -> note(faults, !unknown.sentence().isBlank(), "say what is not known");
            case null -> faults.add("execute() must say how it ended");
        }
    }

    private static Call again(Call call) {
        return new Call(call.actionId(), call.attempt() + 1, call.params(), call.config(), call.secrets(), Duration.ofSeconds(30));
    }

    private static boolean isClosed(String schema) {
        try {
            JsonNode node = JSON.readTree(schema);
            return node.path("type").asString("").equals("object") && node.path("properties").isObject() && node.path("additionalProperties").isBoolean()
                    && !node.path("additionalProperties").booleanValue()
                    && node.findValues("$ref").stream().allMatch(reference -> reference.asString("").startsWith("#"));
        } catch (JacksonException | IllegalArgumentException notJson) {
            return false;
        }
    }

    private static boolean isWritable(Map<String, Object> output) {
        try {
            return JSON.valueToTree(output).isObject();
        } catch (JacksonException | IllegalArgumentException odd) {
            return false;
        }
    }

    private static void note(List<String> faults, boolean fine, String otherwise) {
        if (!fine) {
            faults.add(otherwise);
        }
    }
}
