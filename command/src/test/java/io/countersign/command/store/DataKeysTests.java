package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.command.action.api.ActionContent.Remark;
import io.countersign.command.sealing.api.MasterKey;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.testing.TestDatabase;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.modelling.command.ConcurrencyException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class DataKeysTests {

    private static final String PLACE = "action.denied";
    private static final Remark SECRET = new Remark("Never tell Eve.");

    private static TestDatabase database;
    private static Node node;
    private static Node other;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        node = new Node(database);
        other = new Node(database);
    }

    @AfterAll
    static void stop() {
        node.close();
        other.close();
        database.close();
    }

    @Nested
    class Given_something_sealed_in_a_command {

        @Test
        void it_opens_here_and_on_other_nodes() {
            Sealed box = sealedBy(node, "a-1");
            assertThat(node.keys.open(box, PLACE, Remark.class)).hasValue(SECRET);
            assertThat(other.keys.open(box, PLACE, Remark.class)).hasValue(SECRET);
        }

        @Test
        void neither_box_nor_key_shows_it_in_the_database() {
            Sealed box = sealedBy(node, "a-2");
            byte[] bytes = Base64.getDecoder().decode(box.box());
            assertThat(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)).doesNotContain("Eve");
            assertThat(box.toString()).isEqualTo("Sealed[a-2]");
            assertThat(database.jdbc().sql("select length(wrapped) from command.data_key where key_id = 'a-2'")
                    .query(Integer.class).single())
                    .isGreaterThan(60);
        }

        @Test
        void the_same_words_never_look_the_same() {
            sealedBy(node, "a-3");
            assertThat(node.keys.seal("a-3", PLACE, SECRET)).isNotEqualTo(node.keys.seal("a-3", PLACE, SECRET));
        }

        @Test
        void a_box_moved_to_another_place_does_not_open() {
            Sealed box = sealedBy(node, "a-4");
            assertThatThrownBy(() -> node.keys.open(box, "action.approved", Remark.class)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("changed or moved").hasMessageNotContaining("Eve");
        }

        @Test
        void a_box_moved_to_another_action_does_not_open() {
            Sealed box = sealedBy(node, "a-5");
            sealedBy(node, "a-6");
            assertThatThrownBy(() -> node.keys.open(new Sealed("a-6", box.box()), PLACE, Remark.class))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("changed or moved");
        }

        @Test
        void a_box_with_one_bit_changed_does_not_open() {
            Sealed box = sealedBy(node, "a-7");
            byte[] bytes = Base64.getDecoder().decode(box.box());
            bytes[bytes.length / 2] ^= 1;
            Sealed changed = new Sealed("a-7", Base64.getEncoder().encodeToString(bytes));
            assertThatThrownBy(() -> node.keys.open(changed, PLACE, Remark.class)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("changed or moved");
        }

        @Test
        void a_wrapped_key_moved_to_another_action_opens_nothing() {
            sealedBy(node, "a-8");
            JdbcClient.create(database.ownerDataSource())
                    .sql("insert into command.data_key select 'a-9', master_id, wrapped from command.data_key where key_id = 'a-8'").update();
            assertThatThrownBy(() -> other.keys.seal("a-9", PLACE, SECRET)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Given_a_command_that_came_second {

        @Test
        void its_key_is_neither_stored_nor_remembered() {
            Sealed winning = sealedBy(node, "b-1");
            AtomicReference<Sealed> losing = new AtomicReference<>();
            assertThatThrownBy(() -> other.inCommand(() -> {
                other.keys.create("b-1");
                losing.set(other.keys.seal("b-1", PLACE, SECRET));
                other.append("b-1", 0);
            })).isInstanceOf(ConcurrencyException.class);

            assertThat(other.keys.open(winning, PLACE, Remark.class)).hasValue(SECRET);
            assertThatThrownBy(() -> other.keys.open(losing.get(), PLACE, Remark.class)).isInstanceOf(IllegalStateException.class);
            assertThat(database.jdbc().sql("select count(*) from command.data_key where key_id = 'b-1'")
                    .query(Long.class).single()).isOne();
        }

        @Test
        void a_command_that_failed_before_it_appended_leaves_no_key() {
            assertThatThrownBy(() -> node.inCommand(() -> {
                node.keys.create("b-2");
                throw new IllegalArgumentException("no");
            })).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> node.keys.seal("b-2", PLACE, SECRET)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("No data key for b-2");
        }
    }

    @Nested
    class Given_no_command {

        @Test
        void no_key_is_made() {
            assertThatThrownBy(() -> node.keys.create("c-1")).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void nothing_is_sealed_under_a_key_that_is_not_there() {
            assertThatThrownBy(() -> node.keys.seal("c-2", PLACE, SECRET)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("No data key for c-2");
        }
    }

    @Nested
    class Given_a_destroyed_key {

        @Test
        void what_it_sealed_is_gone_for_every_node_that_does_not_hold_it_any_more() {
            Sealed box = sealedBy(node, "d-1");
            JdbcClient.create(database.ownerDataSource()).sql("delete from command.data_key where key_id = 'd-1'").update();
            assertThat(other.keys.open(box, PLACE, Remark.class)).isEmpty();
        }
    }

    @Nested
    class Given_another_master_key {

        @Test
        void nothing_opens_and_the_message_says_which_key_is_wanted_without_showing_any() {
            Sealed box = sealedBy(node, "e-1");
            byte[] wrong = new byte[32];
            Arrays.fill(wrong, (byte) 7);
            DataKeys keys = new StoreConfiguration().dataKeys(database.dataSource(), new MasterKey(wrong));
            String made = database.jdbc().sql("select master_id from command.data_key where key_id = 'e-1'").query(String.class).single();
            assertThatThrownBy(() -> keys.open(box, PLACE, Remark.class)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was made with master key " + made).hasMessageContaining("COUNTERSIGN_MASTER_KEY is ")
                    .hasMessageNotContaining(Base64.getEncoder().encodeToString(wrong)).hasMessageNotContaining("0707");
            assertThat(made).hasSize(8);
        }

        @Test
        void what_the_former_one_sealed_opens_while_it_is_given_too_and_what_is_new_needs_it_no_more() {
            byte[] fresh = new byte[32];
            Arrays.fill(fresh, (byte) 9);
            Sealed box = sealedBy(node, "e-2");
            String safe = node.keys.lock("a place", new byte[] {1, 2, 3});
            DataKeys both = new StoreConfiguration().dataKeys(database.dataSource(), new MasterKey(fresh, List.of(Node.MASTER_KEY)));
            assertThat(both.open(box, PLACE, Remark.class)).hasValue(SECRET);
            assertThat(both.unlock("a place", safe)).containsExactly(1, 2, 3);
            DataKeys alone = new StoreConfiguration().dataKeys(database.dataSource(), new MasterKey(fresh));
            assertThat(alone.unlock("a place", both.lock("a place", new byte[] {4}))).containsExactly(4);
            assertThatThrownBy(() -> alone.unlock("a place", safe)).isInstanceOf(IllegalStateException.class).hasMessageContaining("COUNTERSIGN_MASTER_KEY");
        }
    }

    private static Sealed sealedBy(Node by, String id) {
        AtomicReference<Sealed> box = new AtomicReference<>();
        by.inCommand(() -> {
            by.keys.create(id);
            box.set(by.keys.seal(id, PLACE, SECRET));
            by.append(id, 0);
        });
        return box.get();
    }
}
