package io.countersign.web.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What waits. */
@Command(name = "queue", description = "What waits for a person, or for its time.", mixinStandardHelpOptions = true)
final class Waiting implements Runnable {

    private final Remote remote;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "as the interface answers")
    private boolean json;

    Waiting(Remote remote) {
        this.remote = remote;
    }

    @Command(name = "add", description = "Asks in words for something that no other action does. A person decides.", mixinStandardHelpOptions = true)
    void add(@Option(names = "--description", required = true, paramLabel = "TEXT") String description,
            @Option(names = "--tier", defaultValue = "staged", paramLabel = "TIER") String tier,
            @Nullable @Option(names = "--delay", paramLabel = "SECONDS",
                    description = "wait for so long, where the catalogue delays what is asked in words; longer than it says, never shorter") Integer delay) {
        var body = Remote.JSON.createObjectNode().put("action", "submit");
        if (delay != null) {
            body.put("delay_seconds", delay);
        }
        body.putObject("params").put("description", description).put("tier", tier);
        var action = remote.call("POST", "/actions", body);
        spec.commandLine().getOut().println(action.path("id").asString() + " " + action.path("status").asString());
    }

    @Override
    public void run() {
        var out = spec.commandLine().getOut();
        var waiting = remote.get("/actions?status=pending&status=stale&status=scheduled&limit=100").path("actions");
        if (json) {
            out.println(waiting.toPrettyString());
            return;
        }
        out.printf("%-36s %-10s %-10s %-20s %s%n", "ID", "STATUS", "TIER", "ACTION", "WHAT");
        waiting.forEach(action -> out.printf("%-36s %-10s %-10s %-20s %s%n", action.path("id").asString(), action.path("status").asString(),
                action.path("tier").asString(), action.path("action").asString(), action.path("summary").asString()));
    }
}
