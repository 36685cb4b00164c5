package io.countersign.command.datasource;

import static io.countersign.command.testing.People.ANN;
import static io.countersign.command.testing.People.BEN;
import static io.countersign.command.testing.People.ELSEWHERE;
import static io.countersign.command.testing.People.HERE;
import static io.countersign.command.testing.People.SCOUT;
import static io.countersign.command.testing.PlainKeyring.sealed;
import static io.countersign.command.testing.Refusal.refused;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.datasource.api.DataSourceCommand.DefineDataSource;
import io.countersign.command.datasource.api.DataSourceCommand.RetireDataSource;
import io.countersign.command.datasource.api.DataSourceCommand.ReviseDataSource;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceDefined;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceRetired;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceRevised;
import io.countersign.command.datasource.api.DataSourceEvent.Secret;
import io.countersign.command.datasource.api.DataSourceProbe;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.principal.api.Principal;
import io.countersign.command.testing.People;
import io.countersign.command.testing.PlainKeyring;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagedSourceTests {

    private static final String URL = "jdbc:postgresql://db.example.com:5432/shop?sslmode=verify-full";

    private static final DataSourceProbe PROBE = (url, username, password) -> {
        if (username.equals("mighty")) {
            throw new Refused(RefusalCode.VALIDATION_ERROR, "The role is a superuser.");
        }
    };

    @Nested
    class Given_no_data_source {

        @Test
        void an_admin_adds_one_and_the_password_is_sealed() {
            house().givenNoPriorActivity().when(define("warehouse", URL, "reader"), by(ANN)).expectEvents(defined());
        }

        @Test
        void nobody_else_adds_one() {
            house().givenNoPriorActivity().when(define("warehouse", URL, "reader"), by(BEN)).expectNoEvents()
                    .expectException(refused(RefusalCode.INSUFFICIENT_ROLE));
            house().givenNoPriorActivity().when(define("warehouse", URL, "reader"), by(SCOUT)).expectNoEvents()
                    .expectException(refused(RefusalCode.FORBIDDEN));
        }

        @Test
        void a_mighty_role_is_refused() {
            house().givenNoPriorActivity().when(define("warehouse", URL, "mighty"), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR));
        }

        @Test
        void a_taken_name_is_refused() {
            house().givenNoPriorActivity().when(define("taken", URL, "reader"), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NAME_EXISTS));
        }

        @Test
        void nothing_is_saved_that_nobody_can_look_at() {
            house(List.of()).givenNoPriorActivity().when(define("warehouse", URL, "reader"), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.UNSUPPORTED));
        }

        @ParameterizedTest
        @ValueSource(strings = {"jdbc:mysql://db/shop", "postgresql://db/shop", "jdbc:postgresql:shop", "jdbc:postgresql://a,b/shop",
            "jdbc:postgresql://db/shop?socketFactory=evil", "jdbc:postgresql://db/shop?sslmode=maybe", "jdbc:postgresql://db:0/shop",
            "jdbc:postgresql://db:65536/shop", "jdbc:postgresql://u:p@db/shop", "jdbc:postgresql://db/shop?sslmode=require&a=b",
            "jdbc:postgresql://db/shop#x", "jdbc:postgresql://db/", "http://db/shop"})
        void no_other_kind_of_address_is_taken(String url) {
            house().givenNoPriorActivity().when(define("warehouse", url, "reader"), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR));
        }

        @ParameterizedTest
        @CsvSource({"Warehouse", "ware house", "''", "../x"})
        void no_other_kind_of_name_is_taken(String name) {
            house().givenNoPriorActivity().when(define(name, URL, "reader"), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR));
        }
    }

    @Nested
    class Given_a_data_source {

        @Test
        void it_keeps_its_password_while_its_place_stays() {
            house().given(defined()).when(revise(URL, "reader", null), by(ANN)).expectEvents(
                    new DataSourceRevised("d-1", URL, "reader", "staging", ANN.id(), sealed("d-1", ManagedSource.SECRET, new Secret("secret"))));
        }

        @ParameterizedTest
        @CsvSource({"jdbc:postgresql://evil.example.com/shop, reader", "jdbc:postgresql://db.example.com:5432/shop?sslmode=verify-full, other"})
        void its_password_goes_nowhere_else(String url, String username) {
            house().given(defined()).when(revise(url, username, null), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.VALIDATION_ERROR));
        }

        @Test
        void it_is_retired_once() {
            house().given(defined()).when(new RetireDataSource("d-1", HERE), by(ANN)).expectEvents(new DataSourceRetired("d-1", ANN.id()));
            house().given(defined(), new DataSourceRetired("d-1", ANN.id())).when(new RetireDataSource("d-1", HERE), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_FOUND));
        }

        @Test
        void elsewhere_it_does_not_exist() {
            house().given(defined()).when(new RetireDataSource("d-1", ELSEWHERE), by(ANN)).expectNoEvents()
                    .expectException(refused(RefusalCode.NOT_FOUND));
        }
    }

    private static DefineDataSource define(String name, String url, String username) {
        return new DefineDataSource("d-1", HERE, name, url, username, "secret", "production");
    }

    private static ReviseDataSource revise(String url, String username, @Nullable String password) {
        return new ReviseDataSource("d-1", HERE, url, username, password, "staging");
    }

    private static DataSourceDefined defined() {
        return new DataSourceDefined("d-1", HERE, "warehouse", URL, "reader", "production", ANN.id(),
                sealed("d-1", ManagedSource.SECRET, new Secret("secret")));
    }

    private static Map<String, String> by(Principal actor) {
        return Map.of("actor", actor.id());
    }

    private static AggregateTestFixture<ManagedSource> house() {
        return house(List.of(PROBE));
    }

    private static AggregateTestFixture<ManagedSource> house(List<DataSourceProbe> probes) {
        AggregateTestFixture<ManagedSource> fixture = new AggregateTestFixture<>(ManagedSource.class);
        fixture.registerInjectableResource(People.all());
        fixture.registerInjectableResource(new PlainKeyring());
        fixture.registerInjectableResource(new Probes(probes));
        fixture.registerInjectableResource(new OneTaken());
        return fixture;
    }

    private record OneTaken() implements DataSources {

        @Override
        public List<Source> all(String workspace) {
            return List.of(new Source("d-0", HERE, "taken", URL, "reader", "production", 1, Instant.EPOCH));
        }

        @Override
        public Optional<String> password(Source source) {
            return Optional.empty();
        }
    }
}
