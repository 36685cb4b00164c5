package io.countersign.bootstrap;

import io.countersign.web.cli.Terminal;
import java.util.List;
import org.springframework.boot.logging.LoggingSystem;
import picocli.CommandLine.Command;

/** What {@code bin/countersign} can do besides serving. Nothing here starts the service. */
@Command(name = "countersign", description = "An approval gateway between AI agents and the things they can break.",
        subcommands = {AuditTool.class, PolicyTool.class}, mixinStandardHelpOptions = true)
public final class CommandLine {

    private static final List<String> SERVICE = List.of("serve");

    /** True when these words ask for a tool and not for the service. */
    public static boolean asks(String[] words) {
        return words.length > 0 && !words[0].startsWith("--") && !SERVICE.contains(words[0])
                && tools().getSubcommands().containsKey(words[0]);
    }

    /** Runs the tool. Answers with the exit code. */
    public static int run(String[] words) {
        LoggingSystem.get(CommandLine.class.getClassLoader()).beforeInitialize(); // a tool prints its answer and nothing else
        return tools().setCaseInsensitiveEnumValuesAllowed(true).execute(words);
    }

    static picocli.CommandLine tools() {
        picocli.CommandLine tools = new picocli.CommandLine(new CommandLine());
        picocli.CommandLine terminal = Terminal.commandLine(System.getenv());
        terminal.getSubcommands().forEach(tools::addSubcommand);
        return tools.setExecutionExceptionHandler(terminal.getExecutionExceptionHandler());
    }
}
