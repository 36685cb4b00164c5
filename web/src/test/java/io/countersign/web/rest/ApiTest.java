package io.countersign.web.rest;

import io.countersign.CountersignApplication;
import io.countersign.command.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;

/** The whole service on a free port and a database of its own, started once for all tests that carry this. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = {CountersignApplication.class, Cast.class, NoteKeep.class, Routes.class}, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"COUNTERSIGN_DEMO=true", "COUNTERSIGN_RATE_LIMIT_PER_MINUTE=0", "COUNTERSIGN_OWNER_EMAIL=olive@example.com",
            "COUNTERSIGN_OWNER_PASSWORD=" + Cast.PASSWORD})
@ContextConfiguration(initializers = ApiTest.OwnPlace.class)
@interface ApiTest {

    /** A database and a data folder that nobody else uses. */
    final class OwnPlace implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            var database = TestDatabase.create();
            TestPropertyValues.of(database.properties()).and("COUNTERSIGN_DATA_DIR=" + dataFolder()).applyTo(context);
        }

        private static Path dataFolder() {
            try {
                return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "rest-data");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
