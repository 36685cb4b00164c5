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
    class Given_an_address_to_return_to {

        @ParameterizedTest
        @CsvSource({"/admin/inbox, true", "/admin/inbox?view=soon&selected=1, true", "https://evil.test, false", "//evil.test, false",
            "/admin/../login, false", "/administrator, false"})
        void only_the_consoles_own_pages_are_followed(String wanted, boolean followed) {
            assertThat(Addresses.local(wanted, "/admin")).isEqualTo(followed ? wanted : "/admin");
        }
    }
}
