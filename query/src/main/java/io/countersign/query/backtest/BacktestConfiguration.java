package io.countersign.query.backtest;

import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.evaluation.api.RuleCompiler;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.store.api.Beginnings;
import io.countersign.command.store.api.EventReader;
import io.countersign.command.store.api.Head;
import java.time.Clock;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Backtests have a compiler of their own: drafts do not crowd out what is in force. */
@Configuration(proxyBeanMethods = false)
class BacktestConfiguration {

    @Bean
    OpenedFacts recordedFacts(EventReader events, Keyring keyring, ActionTypes types) {
        return new OpenedFacts(events, new PastFacts(keyring, types));
    }

    @Bean
    RecentBacktests backtests(Beginnings log, Head head, Keyring keyring, ActionTypes types, DataSource dataSource,
            Clock clock) {
        RuleCompiler compiler = ServiceLoader.load(RuleCompiler.class).findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no compiler of rules"));
        return new RecentBacktests(log, head, new PastFacts(keyring, types), new HumanDecisions(JdbcClient.create(dataSource)), compiler, clock);
    }
}
