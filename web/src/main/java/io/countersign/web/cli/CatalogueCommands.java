package io.countersign.web.cli;

import io.countersign.web.cli.Remote.Unsuccessful;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The catalogue. */
@Command(name = "actions", description = "What agents may ask for.", mixinStandardHelpOptions = true)
final class CatalogueCommands {

    private final Remote remote;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CatalogueCommands(Remote remote) {
        this.remote = remote;
    }

    @Command(name = "ls", description = "Name, tier, scope, type and parameters; a required one ends in *.")
    void list() {
        var out = spec.commandLine().getOut();
        out.printf("%-28s %-10s %-9s %-24s %s%n", "NAME", "TIER", "SCOPE", "TYPE", "PARAMETERS");
        remote.get("/catalogue").path("actions").forEach(action -> out.printf("%-28s %-10s %-9s %-24s %s%n", action.path("name").asString(),
                action.path("tier").asString(), action.path("scope").asString(), action.path("action_type").asString("(outside)"),
                action.path("params").valueStream().map(param -> param.path("name").asString() + (param.path("required").asBoolean() ? "*" : ""))
                        .collect(Collectors.joining(" "))));
    }

    @Command(name = "add", description = "Makes an entry, or replaces one.")
    void add(@Option(names = "--name", required = true) String name, @Option(names = "--description", defaultValue = "") String description,
            @Nullable @Option(names = "--type") String type, @Nullable @Option(names = "--tier") String tier,
            @Nullable @Option(names = "--param", description = "name or name:required") List<String> params,
            @Nullable @Option(names = "--config", description = "key=value") List<String> config) {
        ObjectNode entry = Remote.JSON.createObjectNode().put("description", description);
        if (type != null) {
            entry.put("action_type", type);
        }
        if (tier != null) {
            entry.put("tier", tier);
        }
        if (params != null) {
            var list = entry.putArray("params");
            params.forEach(param -> list.addObject().put("name", param.replaceFirst(":required$", "")).put("required", param.endsWith(":required")));
        }
        if (config != null) {
            var fixed = entry.putObject("config");
            config.forEach(pair -> fixed.put(pair.replaceFirst("=.*", ""), pair.contains("=") ? pair.substring(pair.indexOf('=') + 1) : ""));
        }
        tell(remote.call("PUT", "/catalogue/" + Remote.part(name), entry), name + " is in force.");
    }

    @Command(name = "remove", description = "Removes an entry.")
    void remove(@Parameters(paramLabel = "NAME") String name) {
        tell(remote.call("DELETE", "/catalogue/" + Remote.part(name), null), name + " is no longer offered.");
    }

    @Command(name = "set-tier", description = "immediate, delayed, staged or blocked.")
    void setTier(@Parameters(paramLabel = "NAME") String name, @Parameters(paramLabel = "TIER") String tier) {
        ObjectNode entry = (ObjectNode) remote.get("/catalogue/export").path("actions").valueStream()
                .filter(one -> one.path("name").asString().equals(name)).findFirst()
                .orElseThrow(() -> new Unsuccessful("There is no entry called " + name + "."));
        entry.remove("name");
        tell(remote.call("PUT", "/catalogue/" + Remote.part(name), entry.put("tier", tier)), name + " is " + tier + " now.");
    }

    @Command(name = "import", description = "Takes in an actions.json, whole or not at all.")
    void take(@Parameters(paramLabel = "FILE") Path file, @Option(names = "--replace", description = "remove what the file does not name") boolean replace)
            throws IOException {
        JsonNode list = Remote.JSON.readTree(Files.readString(file));
        ObjectNode body = Remote.JSON.createObjectNode().put("replace", replace);
        body.set("actions", list.isObject() ? list.path("actions") : list);
        JsonNode done = remote.call("POST", "/catalogue/import", body);
        tell(done, done.path("set").size() + " set, " + done.path("unchanged").size() + " as before, " + done.path("removed").size() + " removed.");
    }

    @Command(name = "export", description = "Prints all entries as an actions.json.")
    void export() {
        spec.commandLine().getOut().println(remote.get("/catalogue/export").path("actions").toPrettyString());
    }

    private void tell(JsonNode done, String sentence) {
        spec.commandLine().getOut().println(sentence);
        done.path("warnings").forEach(warning -> spec.commandLine().getErr().println("Warning: " + warning.asString()));
    }
}
