package io.countersign;

import io.countersign.bootstrap.Arguments;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service: all modules are found below this package. */
@SpringBootApplication
public class CountersignApplication {

    /** Starts the service. The word {@code serve} may come first. */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(CountersignApplication.class);
        application.run(Arguments.check(application, arguments));
    }
}
