package io.countersign.executors.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.evaluation.api.FactSource;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class HttpFactSourceTests {

    private static Map<String, Object> facts(HttpKind kind, String address) {
        var params = JsonMapper.shared().createObjectNode().put("url", address);
        return new HttpFactSource().gather("default", new HttpType(kind), params);
    }

    @Nested
    class Given_an_address {

        @ParameterizedTest
        @CsvSource({"https://API.Example.com./v1/users?active=1, https, api.example.com, 443, /v1/users, active=1",
            "http://example.com:8080, http, example.com, 8080, /,", "https://example.com/caf%C3%A9%20noir, https, example.com, 443, /café noir,",
            "https://xn--bcher-kva.example/a, https, xn--bcher-kva.example, 443, /a,", "https://example.com/a%3Bb, https, example.com, 443, /a;b,"})
        void its_parts_are_told_as_a_server_reads_them(String address, String scheme, String host, long port, String path, String query) {
            assertThat(facts(HttpKind.GET, address)).containsEntry("scheme", scheme).containsEntry("host", host).containsEntry("port", port)
                    .containsEntry("path", path).containsEntry("query", query).containsEntry(FactSource.UNINSPECTABLE, null);
        }

        @ParameterizedTest
        @ValueSource(strings = {"https://example.com/a/../admin", "https://example.com/a/%2e%2e/admin", "https://example.com/a%2fadmin",
            "https://example.com/a/%252e%252e/admin", "https://example.com//admin", "https://example.com/a%5cadmin", "https://example.com/%c0%ae",
            "https://example.com/a/..;x=1/admin", "https://example.com/a%00"})
        void a_path_that_can_be_read_in_two_ways_is_for_a_person(String address) {
            assertThat(facts(HttpKind.GET, address)).containsEntry("host", "example.com").containsEntry("path", null)
                    .hasEntrySatisfying(FactSource.UNINSPECTABLE, why -> assertThat(why).isNotNull());
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "/only/a/path", "https:///nowhere", "https://exa mple.com"})
        void one_without_a_host_is_for_a_person(String address) {
            assertThat(facts(HttpKind.GET, address)).hasEntrySatisfying(FactSource.UNINSPECTABLE, why -> assertThat(why).isNotNull());
        }
    }

    @Nested
    class Given_a_kind_of_request {

        @ParameterizedTest
        @EnumSource
        void its_method_is_told(HttpKind kind) {
            assertThat(new HttpFactSource().speaksFor(new HttpType(kind))).isTrue();
            assertThat(facts(kind, "https://example.com/")).containsEntry("method", kind.method());
        }

        @Test
        void a_connector_is_not_one() {
            assertThat(new HttpFactSource().namespace()).isEqualTo("http");
        }
    }
}
