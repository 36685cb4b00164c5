package io.countersign.web.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands that ask a running Countersign. {@code serve} is not one of them. */
@Command(name = "countersign", description = "Asks a running Countersign. Where it is, COUNTERSIGN_URL says; who you are, COUNTERSIGN_USER and "
        + "COUNTERSIGN_PASSWORD, or COUNTERSIGN_AGENT_KEY.", synopsisSubcommandLabel = "COMMAND", mixinStandardHelpOptions = true,
        subcommands = {CatalogueCommands.class, VaultCommands.class, VerdictCommands.class, Waiting.class, Decision.Approve.class, Decision.Deny.class,
            Decision.Cancel.class, Decision.Undo.class})
public final class Terminal {

    private Terminal() {}

    /** The commands, for a Countersign and a caller that this environment names. */
    public static CommandLine commandLine(Map<String, String> environment) {
        Remote remote = Remote.of(environment);
        CommandLine.IFactory made = new CommandLine.IFactory() {
            @Override
            public <K> K create(Class<K> type) throws Exception {
                try {
                    var constructor = type.getDeclaredConstructor(Remote.class);
                    return constructor.newInstance(remote);
                } catch (NoSuchMethodException without) {
                    return CommandLine.defaultFactory().create(type);
                }
            }
        };
        return new CommandLine(new Terminal(), made).setExecutionExceptionHandler((failure, line, parsed) -> {
            line.getErr().println(failure instanceof Remote.Unsuccessful ? failure.getMessage() : "It did not work: " + failure.getMessage());
            return line.getCommandSpec().exitCodeOnExecutionException();
        });
    }
}
