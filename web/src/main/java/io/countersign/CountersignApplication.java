package io.countersign;

import io.countersign.bootstrap.Arguments;
import io.countersign.bootstrap.cli.Tool;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service: all modules are found below this package. */
@SpringBootApplication
public class CountersignApplication {

    /** Starts the service. The word {@code serve} may come first; other words do something else and end. */
    public static void main(String[] arguments) {
        if (Tool.isMeant(arguments)) {
            System.exit(Tool.run(arguments));
        }
        SpringApplication application = new SpringApplication(CountersignApplication.class);
        application.run(Arguments.check(application, arguments));
    }
}
