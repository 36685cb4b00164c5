package io.countersign;

import io.countersign.bootstrap.Arguments;
import io.countersign.web.cli.Terminal;
import java.util.OptionalInt;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service: all modules are found below this package. */
@SpringBootApplication
public class CountersignApplication {

    /** Starts the service, which the word {@code serve} may ask for, or runs a command of the {@link Terminal}. */
    public static void main(String[] arguments) {
        OptionalInt done = Terminal.run(arguments);
        if (done.isPresent()) {
            System.exit(done.getAsInt());
        }
        SpringApplication application = new SpringApplication(CountersignApplication.class);
        application.run(Arguments.check(application, arguments));
    }
}
