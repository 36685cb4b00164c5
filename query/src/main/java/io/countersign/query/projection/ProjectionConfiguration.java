package io.countersign.query.projection;

import io.countersign.command.store.api.AppendPause;
import io.countersign.command.store.api.EventFeed;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.Head;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;

/** Assembles what keeps the views. Axon's own configurer would start them where no slot is known, so they are built here. */
@Configuration(proxyBeanMethods = false)
class ProjectionConfiguration {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Bean
    Freshness freshness(Head head) {
        return new Freshness(head, PATIENCE);
    }

    @Bean
    Slots slots(DataSource dataSource) {
        return new Slots(dataSource);
    }

    @Bean
    ViewPositions viewPositions(Slots slots, Freshness freshness) {
        return new ViewPositions(slots, freshness);
    }

    @Bean
    ParkedEvents parkedEvents(DataSource dataSource, Clock clock) {
        return new ParkedEvents(JdbcClient.create(dataSource), clock);
    }

    @Bean
    ProjectionRunner projectionRunner(List<Projection> projections, DataSource dataSource, Slots slots, ParkedEvents parkedEvents,
            Freshness freshness, PlatformTransactionManager springTransactions, EventStore events, TokenStore tokens,
            TransactionManager axonTransactions, EventFeed feed) {
        Map<String, Projection> byName = projections.stream().collect(Collectors.toMap(Projection::name, Function.identity()));
        JdbcClient jdbc = JdbcClient.create(dataSource);
        return new ProjectionRunner(projections, slots, slot -> new ViewUpdater(byName.get(slot.view()), slot, jdbc, slots, parkedEvents,
                freshness, springTransactions), events, tokens, axonTransactions, new Refill(feed, tokens, axonTransactions));
    }

    @Bean
    Rebuilder rebuilder(DataSource dataSource, Slots slots, ProjectionRunner runner, Head head, AppendPause appends, Clock clock) {
        return new Rebuilder(dataSource, slots, runner, head, appends, clock);
    }

    @Bean
    ProjectionAdministration projectionAdministration(List<Projection> projections, DataSource dataSource, Slots slots,
            ParkedEvents parkedEvents, ProjectionRunner runner, Rebuilder rebuilder, Head head, EventReader log, Clock clock,
            PlatformTransactionManager springTransactions) {
        return new ProjectionAdministration(projections, JdbcClient.create(dataSource), slots, parkedEvents, runner, rebuilder, head, log,
                clock, springTransactions);
    }
}
