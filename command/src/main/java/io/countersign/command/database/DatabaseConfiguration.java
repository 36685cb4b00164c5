package io.countersign.command.database;

import java.nio.file.Path;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.countersign.command.database.api.ConnectionPools;
import io.countersign.command.database.api.DatabaseEndpoint;
import io.countersign.command.database.api.DatabaseStartException;
import io.countersign.command.database.api.EmbeddedPostgres;
import io.countersign.command.database.api.Migrations;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Hands out the database when it runs, is migrated and can be trusted. Each bean needs the one before it, so that on the way
 * down the connections go first and the server last.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
class DatabaseConfiguration {

    @Bean(destroyMethod = "close")
    @Conditional(NoDatabaseNamed.class)
    EmbeddedPostgres embeddedPostgres(@Value("${countersign.data-dir:./data}") Path dataFolder) {
        return EmbeddedPostgres.start(dataFolder.resolve("postgres"));
    }

    @Bean
    DatabaseEndpoint databaseEndpoint(DatabaseSettings settings, @Nullable EmbeddedPostgres embedded) {
        return embedded == null ? settings.external() : embedded.endpoint();
    }

    @Bean(destroyMethod = "close")
    DataSource dataSource(DatabaseEndpoint endpoint, DatabaseSettings settings, @Value("${countersign.demo:false}") boolean demo) {
        Migrations.apply(endpoint);
        HikariDataSource pool = ConnectionPools.application(endpoint, settings.poolSize());
        if (!demo) {
            new DatabaseTrust(pool).tooStrongRole().ifPresent(finding -> {
                pool.close();
                throw new DatabaseStartException(finding.code() + ": " + finding.message(), finding.whatToDo());
            });
        }
        return new PromptDataSource(pool);
    }

    @Bean
    DatabaseTrust databaseTrust(DataSource dataSource) {
        return new DatabaseTrust(dataSource);
    }

    static class NoDatabaseNamed implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return context.getEnvironment().getProperty("countersign.db.url", "").isBlank();
        }
    }
}
