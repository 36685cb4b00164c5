package io.countersign.executors.sql;

import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.command.sql.api.StatementReader;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reading, under both names, and changing. */
@Configuration(proxyBeanMethods = false)
class SqlParts {

    static final Set<String> READING = Set.of(ReadBySql.NAME, ReadBySql.OLDER);

    @Bean
    ReadBySql sqlQuery(StatementReader reader, DataSources sources) {
        return new ReadBySql(ReadBySql.NAME, reader, sources);
    }

    @Bean
    ReadBySql dbQuery(StatementReader reader, DataSources sources) {
        return new ReadBySql(ReadBySql.OLDER, reader, sources);
    }

    @Bean
    SqlQueryExecutor sqlQueryExecutor(DataSources sources, StatementReader reader) {
        return new SqlQueryExecutor(ReadBySql.NAME, sources, reader);
    }

    @Bean
    SqlQueryExecutor dbQueryExecutor(DataSources sources, StatementReader reader) {
        return new SqlQueryExecutor(ReadBySql.OLDER, sources, reader);
    }

    @Bean
    ChangeJournal changeJournal(JdbcClient jdbc, Keyring keyring) {
        return new ChangeJournal(jdbc, keyring);
    }

    @Bean
    UndoWindow undoWindow(ChangeJournal journal, Clock clock, @Value("${countersign.undo-days:90}") int days) {
        return new UndoWindow(journal, clock, Duration.ofDays(days));
    }

    @Bean
    SqlChangeExecutor dbExecuteExecutor(DataSources sources, StatementReader reader, ChangeJournal journal) {
        return new SqlChangeExecutor(sources, reader, journal);
    }
}
