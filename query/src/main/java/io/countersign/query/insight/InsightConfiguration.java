package io.countersign.query.insight;

import io.countersign.query.projection.Freshness;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The view of insights and who answers from it. */
@Configuration(proxyBeanMethods = false)
class InsightConfiguration {

    @Bean
    InsightsProjection insightsProjection() {
        return new InsightsProjection();
    }

    @Bean
    InsightQuestions insightQuestions(DataSource dataSource, Freshness freshness) {
        return new InsightQuestions(JdbcClient.create(dataSource), freshness);
    }
}
