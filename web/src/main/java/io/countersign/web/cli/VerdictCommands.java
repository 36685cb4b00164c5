package io.countersign.web.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Verdicts that were given. */
@Command(name = "verdicts", description = "Verdicts that were given.", mixinStandardHelpOptions = true)
final class VerdictCommands {

    /** Actions a call, so that none outlasts the patience of {@link Remote}. */
    private static final int AT_ONCE = 20_000;

    private final Remote remote;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    VerdictCommands(Remote remote) {
        this.remote = remote;
    }

    @Command(name = "recompute", description = {"Computes every stored verdict again from its stored inputs and compares. Changes nothing.",
        "Exit code 0: none differs. 1: some do, and each is named."})
    int recompute() {
        var out = spec.commandLine().getOut();
        var computed = 0;
        var erased = 0;
        var different = 0;
        @Nullable String after = null;
        do {
            var wish = Remote.JSON.createObjectNode().put("limit", AT_ONCE);
            if (after != null) {
                wish.put("after", after);
            }
            var report = remote.call("POST", "/admin/policies/recompute", wish);
            computed += report.path("computed").asInt();
            erased += report.path("erased").asInt();
            different += report.path("differences").size();
            report.path("differences").forEach(difference -> out.printf("%s  %s%n", difference.path("action_id").asString(),
                    difference.path("what").asString()));
            after = report.path("next").asString(null);
        } while (after != null);
        out.printf("%d verdicts computed again, %d differ; the inputs of %d were erased.%n", computed, different, erased);
        out.flush();
        return different == 0 ? 0 : 1;
    }
}
