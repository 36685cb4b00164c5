package io.countersign.web.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The vault. There is no command that shows a value. */
@Command(name = "vault", description = "Secrets that executors send.", mixinStandardHelpOptions = true)
final class VaultCommands {

    private final Remote remote;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    VaultCommands(Remote remote) {
        this.remote = remote;
    }

    @Command(name = "ls", description = "Names and bindings.")
    void list() {
        remote.get("/vault").path("secrets").forEach(secret -> spec.commandLine().getOut().printf("%-32s %s%n", secret.path("name").asString(),
                secret.path("host").asString("")));
    }

    @Command(name = "set", description = "Puts a value in. Without VALUE it is read from the file, so that it stays out of the history of the shell.")
    void set(@Parameters(paramLabel = "NAME") String name, @Nullable @Parameters(paramLabel = "VALUE", arity = "0..1") String value,
            @Nullable @Option(names = "--file", description = "read the value from here; - for standard input") Path file) throws IOException {
        String secret = value != null ? value : file != null ? read(file).strip() : asked(name);
        remote.call("PUT", "/vault/" + Remote.part(name), Remote.JSON.createObjectNode().put("value", secret));
        spec.commandLine().getOut().println(name + " is set.");
    }

    @Command(name = "rm", description = "Removes a secret for good.")
    void remove(@Parameters(paramLabel = "NAME") String name) {
        remote.call("DELETE", "/vault/" + Remote.part(name), null);
        spec.commandLine().getOut().println(name + " is removed.");
    }

    @Command(name = "import", description = "Takes in a .env file; what is there already stays as it is.")
    void take(@Parameters(paramLabel = "FILE") Path file, @Option(names = "--overwrite") boolean overwrite) throws IOException {
        var done = remote.call("POST", "/vault/import", Remote.JSON.createObjectNode()
                .put("env", Files.readString(file, StandardCharsets.UTF_8)).put("overwrite", overwrite));
        spec.commandLine().getOut().println(done.path("set").size() + " set, " + done.path("skipped").size() + " skipped"
                + (done.path("skipped").isEmpty() ? "." : ": " + done.path("skipped").valueStream().map(name -> name.asString())
                .collect(Collectors.joining(", ")) + "."));
    }

    @Command(name = "bind", description = "Ties a secret to one host and header, such as 'Authorization: Bearer {value}'.")
    void bind(@Parameters(paramLabel = "NAME") String name, @Parameters(paramLabel = "HOST") String host, @Parameters(paramLabel = "HEADER") String header) {
        remote.call("PUT", "/vault/" + Remote.part(name) + "/binding", Remote.JSON.createObjectNode().put("host", host).put("header", header));
        spec.commandLine().getOut().println(name + " is sent to " + host + " only.");
    }

    @Command(name = "unbind", description = "Unties a secret.")
    void unbind(@Parameters(paramLabel = "NAME") String name) {
        remote.call("DELETE", "/vault/" + Remote.part(name) + "/binding", null);
        spec.commandLine().getOut().println(name + " is tied to no host.");
    }

    private static String read(Path file) throws IOException {
        return file.toString().equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : Files.readString(file);
    }

    private static String asked(String name) {
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Value of %s: ", name);
        if (typed == null) {
            throw new Remote.Unsuccessful("Give the value, or --file with a file that holds it, or --file - and the value on standard input.");
        }
        return new String(typed);
    }
}
