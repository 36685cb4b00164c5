package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.TestDatabase;
import java.util.HashMap;
import java.util.Map;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.EventBus;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.context.annotation.Bean;

class StoreBeansTests {

    private static TestDatabase database;
    private static CommandModule node;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        node = CommandModule.on(database);
    }

    @AfterAll
    static void stop() {
        node.close();
        database.close();
    }

    @Nested
    class Given_the_service_as_it_starts {

        @Test
        void appends_go_through_the_one_writer() {
            assertThat(node.part(EventStorageEngine.class)).isExactlyInstanceOf(GroupCommitEngine.class);
        }

        @Test
        void the_event_bus_is_the_store_that_wakes_all_nodes() {
            assertThat(node.part(EventStore.class)).isExactlyInstanceOf(SignallingEventStore.class).isSameAs(node.part(EventBus.class));
        }

        @Test
        void tokens_are_kept_in_the_database() {
            assertThat(node.part(TokenStore.class)).isExactlyInstanceOf(LossDetectingTokenStore.class);
        }

        @Test
        void event_processors_write_views_and_tokens_in_real_transactions() {
            assertThat(node.part(TransactionManager.class)).isExactlyInstanceOf(SpringTransactionManager.class);
            assertThat(node.part(EventProcessingConfiguration.class).transactionManager("any")).isSameAs(node.part(TransactionManager.class));
            assertThat(node.part(EventProcessingConfiguration.class).tokenStore("any")).isSameAs(node.part(TokenStore.class));
        }
    }

    @Nested
    class Given_a_part_that_keeps_nothing {

        private final Map<String, Object> ours = new HashMap<>(Map.of(
                "engine", node.part(EventStorageEngine.class),
                "store", node.part(EventStore.class),
                "tokens", node.part(TokenStore.class),
                "transactions", node.part(TransactionManager.class)));

        @Test
        void our_own_parts_pass() {
            check(ours).afterSingletonsInstantiated();
        }

        @ParameterizedTest
        @CsvSource({"engine, InMemoryEventStorageEngine, GroupCommitEngine", "store, EmbeddedEventStore, SignallingEventStore",
            "tokens, InMemoryTokenStore, LossDetectingTokenStore", "transactions, NoTransactionManager, SpringTransactionManager"})
        void the_start_ends_with_a_sentence_that_names_it(String part, String other, String expected) {
            ours.put(part, switch (part) {
                case "engine" -> new InMemoryEventStorageEngine();
                case "store" -> EmbeddedEventStore.builder().storageEngine(new InMemoryEventStorageEngine()).build();
                case "tokens" -> new InMemoryTokenStore();
                default -> NoTransactionManager.instance();
            });
            assertThatThrownBy(() -> check(ours).afterSingletonsInstantiated()).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot be trusted")
                            .hasMessageContaining("\"" + part + "\" is a " + other + ", not a " + expected);
        }

        @ParameterizedTest
        @CsvSource({"engine", "store", "tokens", "transactions"})
        void a_missing_part_ends_the_start_too(String part) {
            ours.remove(part);
            assertThatThrownBy(() -> check(ours).afterSingletonsInstantiated()).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("The event store has no");
        }

        @Test
        void the_whole_service_does_not_start_with_one() {
            assertThatThrownBy(() -> CommandModule.on(database, CommandModule.Parts.class, Forgetful.class).close())
                    .hasMessageContaining("The event store cannot be trusted").hasMessageContaining("InMemoryTokenStore");
        }

        private static StoreCheck check(Map<String, Object> beans) {
            StaticListableBeanFactory factory = new StaticListableBeanFactory();
            beans.forEach(factory::addBean);
            return new StoreCheck(factory);
        }
    }

    /** What somebody might add without thinking. */
    static class Forgetful {

        @Bean
        InMemoryTokenStore forgetfulTokenStore() {
            return new InMemoryTokenStore();
        }
    }
}
