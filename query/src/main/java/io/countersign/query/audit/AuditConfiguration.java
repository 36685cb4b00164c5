package io.countersign.query.audit;

import io.countersign.command.principal.api.Principals;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.EventReader;
import io.countersign.query.projection.Freshness;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The audit view and who answers from it. */
@Configuration(proxyBeanMethods = false)
class AuditConfiguration {

    @Bean
    AuditProjection auditProjection(DataSource dataSource) {
        return new AuditProjection(dataSource);
    }

    @Bean
    HistoryQuestions historyQuestions(DataSource dataSource, Freshness freshness) {
        return new HistoryQuestions(JdbcClient.create(dataSource), freshness);
    }

    @Bean
    KeptSearches keptSearches(DataSource dataSource) {
        return new KeptSearches(JdbcClient.create(dataSource));
    }

    @Bean
    AuditQuestions auditQuestions(DataSource dataSource, Freshness freshness, EventReader log, Principals principals, Keyring keyring) {
        return new AuditQuestions(JdbcClient.create(dataSource), freshness, log, principals, keyring);
    }
}
