package io.countersign.web.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreviewsTests {

    @Nested
    class Given_a_link_in_a_message {

        @ParameterizedTest
        @CsvSource(nullValues = "-", value = {
            "https://example.com/pay, Pay now, -",
            "https://www.example.com/pay, example.com, -",
            "https://pay.example.net/x, Pay at pay.example.com, differs from its text",
            "https://evil.test, https://example.com/account, differs from its text",
            "https://example.com@evil.test/x, Sign in, hides its host behind a name",
            "http://example.com/x, Read more, not encrypted",
            "javascript:alert(1), Click, not a web address",
            "data:text/html;x, Click, not a web address",
            "https://ex\u0430mple.com/x, Sign in, 'imitates plain letters, really xn--exmple-4nf.com'",
            "https://\u0431ank\u03c9.com/x, Sign in, 'mixes scripts, really xn--ank-h0c03c.com'"})
        void what_is_odd_about_it_stands_beside_it(String target, String text, @Nullable String warning) {
            var links = Previews.links("<p>Hello <a href=\"" + target + "\">" + text + "</a></p>", Set.of("example.com"));

            assertThat(links).singleElement().extracting(Preview.Link::warning).isEqualTo(warning);
        }

        @Test
        void the_host_is_kept_apart_from_what_surrounds_it() {
            var link = Previews.links("<a href='https://u:p@pay.example.net:8443/a?b#c'>x</a>", Set.of("example.com")).getFirst();

            assertThat(link.before()).isEqualTo("https://u:p@");
            assertThat(link.host()).isEqualTo("pay.example.net");
            assertThat(link.after()).isEqualTo(":8443/a?b#c");
            assertThat(link.own()).isFalse();
        }
    }

    @Nested
    class Given_a_host_outside_of_a_message {

        @ParameterizedTest
        @CsvSource(nullValues = "-", value = {
            "https://example.com/pay, example.com, -",
            "http://example.com/pay, example.com, not encrypted",
            "https://ex\u0430mple.com/x, ex\u0430mple.com, 'imitates plain letters, really xn--exmple-4nf.com'",
            "https://xn--exmple-4nf.com/x, xn--exmple-4nf.com, 'imitates plain letters, really xn--exmple-4nf.com'",
            "https://example.com@evil.test/x, evil.test, hides its host behind a name",
            "ssh://\u0431ank\u03c9.com/shop.git, \u0431ank\u03c9.com, 'mixes scripts, really xn--ank-h0c03c.com'",
            "no address at all, '', not a web address"})
        void the_address_of_a_request_or_of_a_remote_is_taken_apart_and_judged(String address, String host, @Nullable String warning) {
            assertThat(Previews.web("", address)).satisfies(link -> {
                assertThat(link.host()).isEqualTo(host);
                assertThat(link.warning()).isEqualTo(warning);
            });
        }

        @ParameterizedTest
        @CsvSource(nullValues = "-", delimiter = '|', value = {"plain words | -", "https://example.com | -", "see https://ex\u0430mple.com now | imitates",
            "ann@example.com | -", "write to ann@ex\u0430mple.com | imitates", "{\"to\": [\"x@y.org\", \"z@\u0431ank\u03c9.com\"]} | mixes scripts"})
        void a_parameter_of_any_action_is_flagged_when_it_names_an_odd_one(String value, @Nullable String warning) {
            if (warning == null) {
                assertThat(Previews.oddHost(value)).isNull();
            } else {
                assertThat(Previews.oddHost(value)).startsWith(warning);
            }
        }

        @Test
        void the_addresses_in_a_plain_text_are_found() {
            assertThat(Previews.linksIn("See https://a.example.com/x, (http://b.example.com) and <https://c.example.com|c>.\nNot ftp://d.example.com"))
                    .extracting(Preview.Link::host).containsExactly("a.example.com", "b.example.com", "c.example.com");
        }
    }

    @Nested
    class Given_an_address_to_return_to {

        @ParameterizedTest
        @CsvSource({"/admin/inbox, true", "/admin/inbox?view=soon&selected=1, true", "https://evil.test, false", "//evil.test, false",
            "/admin/../login, false", "/administrator, false"})
        void only_the_consoles_own_pages_are_followed(String wanted, boolean followed) {
            assertThat(Addresses.local(wanted, "/admin")).isEqualTo(followed ? wanted : "/admin");
        }
    }
}
