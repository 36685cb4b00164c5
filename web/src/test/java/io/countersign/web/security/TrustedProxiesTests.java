package io.countersign.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a request comes from, when proxies stand between. */
class TrustedProxiesTests {

    private static TrustedProxies of(String text) {
        return TrustedProxies.parse(Stream.of(text.split(",")).filter(network -> !network.isEmpty()).toList()).orElseThrow();
    }

    @Nested
    class Given_two_networks_of_proxies {

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                203.0.113.9 | 198.51.100.1                     | 203.0.113.9
                10.1.2.3    | 198.51.100.1                     | 198.51.100.1
                10.1.2.3    | 198.51.100.1:4711                | 198.51.100.1
                10.1.2.3    | 192.0.2.1, 198.51.100.1          | 198.51.100.1
                10.1.2.3    | 198.51.100.1, 10.9.9.9           | 198.51.100.1
                10.1.2.3    | 192.0.2.1, 198.51.100.1, fd00::7 | 198.51.100.1
                fd00::1     | [2001:db8::5]:443                | 2001:db8::5
                10.1.2.3    | 198.51.100.1, unknown            | 10.1.2.3
                10.1.2.3    | 10.4.4.4                         | 10.4.4.4
                """)
        void the_client_is_the_last_address_that_is_no_proxys(String peer, String forwardedFor, String client) {
            assertThat(of("10.0.0.0/8,fd00::/8").client(peer, List.of(forwardedFor))).isEqualTo(client);
        }
    }

    @Nested
    class Given_no_proxies {

        @Test
        void nobody_is_believed() {
            assertThat(of("").trusts("127.0.0.1")).isFalse();
            assertThat(of("").client("10.1.2.3", List.of("198.51.100.1"))).isEqualTo("10.1.2.3");
        }
    }

    @Nested
    class Given_a_setting_that_is_no_network {

        @ParameterizedTest
        @ValueSource(strings = {"proxy.example", "10.0.0", "10.0.0.0/33", "10.0.0.0/x", "fd00::/129", "*", "10.0.0.0/8;fd00::/8"})
        void it_is_not_understood(String network) {
            assertThat(TrustedProxies.parse(List.of(network))).isEmpty();
        }
    }
}
