package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.testing.CommandModule;
import io.countersign.command.testing.TestDatabase;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Views commit without waiting for the disk. What a crash of the database takes from them is done again. */
class LostTokensTests {

    private static final String READER = "reader";
    private static TestDatabase database;
    private static CommandModule node;
    private static TokenStore tokens;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        node = CommandModule.on(database);
        tokens = node.part(TokenStore.class);
    }

    @AfterAll
    static void stop() {
        node.close();
        database.close();
    }

    private static TrackingToken at(long index) {
        return new GlobalSequenceTrackingToken(index);
    }

    private static void store(long index) {
        inTransaction(() -> tokens.storeToken(at(index), READER, 0));
    }

    private static void inTransaction(Runnable work) {
        node.part(TransactionManager.class).executeInTransaction(work);
    }

    @Nested
    class Given_a_reader_that_stored_its_token {

        @BeforeEach
        void store_two() {
            JdbcClient.create(database.ownerDataSource()).sql("delete from command.token_entry").update();
            inTransaction(() -> tokens.initializeTokenSegments(READER, 1, at(-1)));
            inTransaction(() -> tokens.fetchToken(READER, 0));
            store(1);
            store(2);
        }

        @Test
        void it_goes_on() {
            store(3);
            inTransaction(() -> tokens.extendClaim(READER, 0));
            assertThat(tokens.fetchToken(READER, 0)).isEqualTo(at(3));
        }

        @Test
        void it_does_not_go_on_over_what_the_database_lost() {
            lose();
            assertThatThrownBy(() -> store(3)).isInstanceOf(UnableToClaimTokenException.class);
            assertThat(stored()).isEqualTo(1);
        }

        @Test
        void it_notices_the_loss_even_when_there_is_nothing_to_do() {
            lose();
            assertThatThrownBy(() -> inTransaction(() -> tokens.extendClaim(READER, 0))).isInstanceOf(UnableToClaimTokenException.class);
        }

        @Test
        void once_it_has_claimed_the_token_anew_it_goes_on_from_there() {
            lose();
            assertThatThrownBy(() -> store(3)).isInstanceOf(UnableToClaimTokenException.class);
            inTransaction(() -> assertThat(tokens.fetchToken(READER, 0)).isEqualTo(at(1)));
            store(2);
            assertThat(stored()).isEqualTo(2);
        }

        @Test
        void a_transaction_that_fails_after_the_token_costs_a_claim_and_no_event() {
            assertThatThrownBy(() -> inTransaction(() -> {
                tokens.storeToken(at(3), READER, 0);
                throw new IllegalStateException("the view failed");
            })).hasMessage("the view failed");
            inTransaction(() -> assertThat(tokens.fetchToken(READER, 0)).isEqualTo(at(2)));
            store(3);
            assertThat(stored()).isEqualTo(3);
        }

        /** As a crash does to a commit that was not on disk yet. */
        private void lose() {
            JdbcClient.create(database.ownerDataSource())
                    .sql("update command.token_entry set token = convert_to(replace(convert_from(token, 'UTF8'), '2', '1'), 'UTF8')").update();
            assertThat(stored()).isEqualTo(1);
        }

        private long stored() {
            String token = JdbcClient.create(database.ownerDataSource()).sql("select convert_from(token, 'UTF8') from command.token_entry")
                    .query(String.class).single();
            return Long.parseLong(token.replaceAll("\\D", ""));
        }
    }
}
