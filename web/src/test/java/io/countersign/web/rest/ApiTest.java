package io.countersign.web.rest;

import io.countersign.CountersignApplication;
import io.countersign.command.testing.TestDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;

/** The whole service on a free port and a database of its own, started once for all tests that carry this. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = {CountersignApplication.class, Cast.class, NoteKeep.class, ErrandRun.class, Routes.class}, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"COUNTERSIGN_DEMO=true", "COUNTERSIGN_RATE_LIMIT_PER_MINUTE=0", "COUNTERSIGN_OWNER_EMAIL=olive@example.com",
            "COUNTERSIGN_OWNER_PASSWORD=" + Cast.PASSWORD, "COUNTERSIGN_DATA_DIR=target/test-data/rest-${random.uuid}"})
@ContextConfiguration(initializers = ApiTest.OwnPlace.class)
@interface ApiTest {

    /** A database that nobody else uses; the folder above must not hold the anchors of another one. */
    final class OwnPlace implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPropertyValues.of(TestDatabase.create().properties()).applyTo(context);
        }
    }
}
