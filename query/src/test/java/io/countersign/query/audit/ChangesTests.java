package io.countersign.query.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.budget.api.AllowanceEvent.BudgetLifted;
import io.countersign.command.budget.api.AllowanceEvent.BudgetSet;
import io.countersign.command.budget.api.Budget;
import io.countersign.command.catalogue.api.CatalogueEvent.EntryDefined;
import io.countersign.command.catalogue.api.CatalogueEvent.EntryRemoved;
import io.countersign.command.catalogue.api.EntryDefinition;
import io.countersign.command.catalogue.api.Tier;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchReleased;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchThrown;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.principal.api.KeyScope;
import io.countersign.command.principal.api.PrincipalEvent.KeyIssued;
import io.countersign.command.principal.api.PrincipalEvent.KeyRevoked;
import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventReader.Stored;
import io.countersign.command.vault.api.Secret;
import io.countersign.command.vault.api.VaultEvent.SecretBound;
import io.countersign.command.vault.api.VaultEvent.SecretRemoved;
import io.countersign.command.vault.api.VaultEvent.SecretSet;
import io.countersign.command.vault.api.VaultEvent.SecretUnbound;
import io.countersign.query.audit.api.AuditEntry.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ChangesTests {

    private static final String CATALOGUE = "catalogue/default";
    private static final String VAULT = "vault/default";
    private static final String BOARD = "switchboard/default";
    private static final Sealed BOX = new Sealed(BOARD, "c2VhbGVkIGJveA==");

    /** What each event of a stream changed, as {@code key: old -> new}. */
    private static List<List<String>> changed(String stream, Object... events) {
        List<Stored> stored = new ArrayList<>();
        for (Object event : events) {
            stored.add(new Stored(stored.size(), "e" + stored.size(), stream, stored.size(), "some.event", "1", Instant.EPOCH, event, Map.of(),
                    JsonMapper.shared().writeValueAsString(event), "{}"));
        }
        Map<Long, List<Change>> all = Changes.of(stored);
        return stored.stream().map(one -> all.getOrDefault(one.index(), List.of()).stream()
                .map(change -> change.key() + ": " + change.before() + " -> " + change.after()).toList()).toList();
    }

    private static EntryDefined entry(String name, long version, Tier tier) {
        return new EntryDefined(CATALOGUE, "default", name, version, new EntryDefinition("What " + name + " does", "note:keep", tier, "internal", null,
                null, List.of(), null, Map.of(), 30, null, null, false, true, null));
    }

    @Nested
    class Given_a_catalogue_of_several_entries {

        @Test
        void an_entry_is_compared_with_itself_and_not_with_its_neighbours() {
            assertThat(changed(CATALOGUE, entry("danger", 1, Tier.BLOCKED), entry("harmless", 1, Tier.IMMEDIATE),
                    entry("danger", 2, Tier.IMMEDIATE)).getLast()).containsExactly("version: 1 -> 2", "definition.tier: BLOCKED -> IMMEDIATE");
        }

        @Test
        void a_new_entry_became_what_it_is_from_nothing() {
            assertThat(changed(CATALOGUE, entry("harmless", 1, Tier.IMMEDIATE), entry("danger", 1, Tier.IMMEDIATE)).getLast())
                    .contains("name: null -> danger", "definition.tier: null -> IMMEDIATE");
        }

        @Test
        void one_that_was_removed_has_lost_what_it_said_and_begins_anew() {
            var changes = changed(CATALOGUE, entry("danger", 1, Tier.BLOCKED), new EntryRemoved(CATALOGUE, "default", "danger", 2),
                    entry("danger", 3, Tier.BLOCKED));
            assertThat(changes.get(1)).contains("version: 1 -> 2", "definition.tier: BLOCKED -> null");
            assertThat(changes.get(2)).contains("version: 2 -> 3", "definition.tier: null -> BLOCKED");
        }
    }

    @Nested
    class Given_a_vault_of_several_secrets {

        @Test
        void a_secret_is_compared_with_itself_and_no_value_is_told() {
            var changes = changed(VAULT, new SecretBound(VAULT, "default", "ONE", new Secret.Binding("one.example.com", "X-Key: {value}")),
                    new SecretBound(VAULT, "default", "TWO", new Secret.Binding("two.example.com", "X-Key: {value}")),
                    new SecretBound(VAULT, "default", "ONE", new Secret.Binding("three.example.com", "X-Key: {value}")),
                    new SecretUnbound(VAULT, "default", "ONE"), new SecretSet(VAULT, "default", "TWO", "box-1"),
                    new SecretRemoved(VAULT, "default", "TWO"));
            assertThat(changes.get(2)).containsExactly("binding.host: one.example.com -> three.example.com");
            assertThat(changes.get(3)).containsExactlyInAnyOrder("binding.host: three.example.com -> null", "binding.header: X-Key: {value} -> null");
            assertThat(changes.get(4)).containsExactly("boxId: null -> (secret)");
            assertThat(changes.get(5)).contains("boxId: (secret) -> null", "binding.host: two.example.com -> null");
        }
    }

    @Nested
    class Given_a_board_of_several_switches {

        @Test
        void each_is_thrown_and_released_for_itself() {
            var changes = changed(BOARD, new SwitchThrown(BOARD, "default", SwitchScope.CATEGORY, "payment", "ann", BOX),
                    new SwitchThrown(BOARD, "default", SwitchScope.CATEGORY, "email", "bob", BOX),
                    new SwitchReleased(BOARD, "default", SwitchScope.CATEGORY, "payment", "bob", BOX),
                    new SwitchThrown(BOARD, "default", SwitchScope.CATEGORY, "payment", "ann", BOX));
            assertThat(changes.get(1)).contains("subject: null -> email", "thrownBy: null -> bob");
            assertThat(changes.get(2)).contains("thrownBy: ann -> null", "releasedBy: null -> bob");
            assertThat(changes.get(3)).contains("thrownBy: null -> ann", "releasedBy: bob -> null");
        }
    }

    @Nested
    class Given_somebody_with_several_keys {

        @Test
        void no_key_became_another() {
            var changes = changed("ann", new KeyIssued("ann", "k1", "hash-1", null, KeyScope.WORK), new KeyIssued("ann", "k2", "hash-2", null, KeyScope.WORK),
                    new KeyRevoked("ann", "k1"));
            assertThat(changes.get(1)).containsExactly("keyId: null -> k2", "secretHash: null -> (secret)", "scope: null -> WORK");
            assertThat(changes.get(2)).containsExactly("scope: WORK -> null", "secretHash: (secret) -> null");
        }
    }

    @Nested
    class Given_a_budget {

        @Test
        void what_is_lifted_once_is_not_lifted_again() {
            String id = Budget.idOf("default", null, "EUR");
            Budget first = new Budget("default", null, "EUR", 2, 500, 10_000, 20_000L, null, null);
            Budget second = new Budget("default", null, "EUR", 2, 700, 10_000, null, null, null);
            var changes = changed(id, new BudgetSet(id, first), new BudgetSet(id, second), new BudgetSet(id, second), new BudgetLifted(id),
                    new BudgetSet(id, second));
            assertThat(changes.get(1)).containsExactly("budget.autoApproveLimit: 500 -> 700", "budget.perDay: 20000 -> null");
            assertThat(changes.get(2)).isEmpty();
            assertThat(changes.get(3)).contains("budget.autoApproveLimit: 700 -> null", "budget.currency: EUR -> null");
            assertThat(changes.get(4)).contains("budget.autoApproveLimit: null -> 700");
        }
    }
}
