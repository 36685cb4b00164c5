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
            throw new InvalidSettings(List.of("\"" + word + "\" is not a command. Use \"countersign serve\" to start the service, "
                    + "or \"countersign audit\" and \"countersign policies\" for the tools."));
        }));
        return Arrays.stream(arguments).filter(argument -> argument.startsWith("--")).toArray(String[]::new);
    }
}
