package io.countersign.bootstrap.cli;

import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The words of the command line besides {@code serve}. */
@Command(name = "countersign", mixinStandardHelpOptions = true, description = "The approval gateway between AI agents and the things they can break.",
        subcommands = {Tool.PolicyTool.class}, synopsisSubcommandLabel = "COMMAND")
public final class Tool {

    private static final Set<String> WORDS = Set.of("policies", "help");

    /** Everything about policies. */
    @Command(name = "policies", description = "Policies without a server.", subcommands = {PolicyCases.class}, mixinStandardHelpOptions = true)
    static final class PolicyTool {}

    private Tool() {}

    /** Whether the arguments mean one of these, and not the service. */
    public static boolean isMeant(String[] arguments) {
        return arguments.length > 0 && WORDS.contains(arguments[0]);
    }

    /** Does it. Answers with 0 when all is well, 1 when what was checked is not as expected, 2 when the question makes no sense. */
    public static int run(String[] arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Tool()).addSubcommand(new CommandLine.HelpCommand());
    }
}
