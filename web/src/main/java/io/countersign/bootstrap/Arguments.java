package io.countersign.bootstrap;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.SpringApplication;

/** The words of the command line. */
public final class Arguments {

    private static final String SERVE = "serve";

    private Arguments() {}

    /** The arguments for Spring. A word that means nothing stops the start with a sentence. */
    public static String[] check(SpringApplication application, String[] arguments) {
        List<String> words = Arrays.stream(arguments).filter(argument -> !argument.startsWith("--")).toList();
        Optional<String> unknown = words.stream().filter(word -> !word.equals(SERVE)).findFirst();
        unknown.ifPresent(word -> application.addInitializers(context -> {
            throw new InvalidSettings(List.of(unknown(word)));
        }));
        return Arrays.stream(arguments).filter(argument -> argument.startsWith("--")).toArray(String[]::new);
    }

    static String unknown(String word) {
        return "\"" + word + "\" is not a command. \"countersign serve\" starts the service; the others are "
                + String.join(", ", CommandLine.tools().getSubcommands().keySet().stream().sorted().toList()) + ".";
    }
}
