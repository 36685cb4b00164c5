package io.countersign;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service: all modules are found below this package. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class CountersignApplication {

    /** Starts the service. The word {@code serve} may come first; what follows are settings in Spring's own form. */
    public static void main(String[] arguments) {
        SpringApplication.run(CountersignApplication.class, arguments);
    }
}
