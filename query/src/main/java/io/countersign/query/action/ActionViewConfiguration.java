package io.countersign.query.action;

import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.EventReader;
import io.countersign.query.projection.Freshness;
import io.countersign.query.projection.ViewPositions;
import javax.sql.DataSource;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The views of actions and those who answer from them. */
@Configuration(proxyBeanMethods = false)
class ActionViewConfiguration {

    @Bean
    ActionsProjection actionsProjection(DataSource dataSource) {
        return new ActionsProjection(dataSource);
    }

    @Bean
    KeptContents keptContents(DataSource dataSource, Freshness freshness) {
        return new KeptContents(JdbcClient.create(dataSource), freshness);
    }

    @Bean
    QueueProjection queueProjection() {
        return new QueueProjection();
    }

    @Bean
    ChangeFeed changeFeed(EventStore events, ViewPositions views, DataSource dataSource) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        return new ChangeFeed(events, views, id -> jdbc.sql("""
                select workspace from query.actions
                where slot = (select live_slot from query.projection where name = 'actions') and id = ?""")
                .param(id).query(String.class).optional().orElse(null));
    }

    @Bean
    ActionQuestions actionQuestions(DataSource dataSource, EventReader log, Keyring keyring, Freshness freshness, ChangeFeed changes) {
        return new ActionQuestions(new ActionIndex(JdbcClient.create(dataSource)), log, keyring, freshness, changes,
                new WaitedThen(JdbcClient.create(dataSource)));
    }
}
