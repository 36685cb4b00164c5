package io.countersign;

import io.countersign.bootstrap.Arguments;
import io.countersign.bootstrap.ClassesAhead;
import io.countersign.bootstrap.CommandLine;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service: all modules are found below this package. */
@SpringBootApplication
public class CountersignApplication {

    /** Starts the service, for which the word {@code serve} may come first, or one of the tools. */
    public static void main(String[] arguments) {
        if (CommandLine.asks(arguments)) {
            System.exit(CommandLine.run(arguments));
        }
        ClassesAhead.begin();
        SpringApplication application = new SpringApplication(CountersignApplication.class);
        application.run(Arguments.check(application, arguments));
    }
}
