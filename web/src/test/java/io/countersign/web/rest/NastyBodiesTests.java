package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;

@ApiTest
class NastyBodiesTests {

    @Autowired
    private Cast cast;

    @Autowired
    private Routes routes;

    @Nested
    class Given_every_endpoint_that_takes_a_body {

        @Test
        void no_nasty_body_is_taken_and_none_shows_our_insides() {
            var endpoints = routes.below("/api/", "/v1/").stream().filter(route -> route.method() == HttpMethod.POST).toList();
            assertThat(endpoints).hasSizeGreaterThanOrEqualTo(9).allMatch(Routes.Route::takesJson);
            var id = UUID.randomUUID().toString();
            for (var endpoint : endpoints) {
                NastyBodies.all().forEach((name, body) -> {
                    var voice = endpoint.pattern().startsWith("/api/v1/work") ? cast.worker() : cast.admin();
                    var answer = voice.call("POST", endpoint.path(id), body);
                    assertThat(answer.status()).as("%s, %s: %s", endpoint, name, answer).isIn(400, 413);
                    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
                    assertThat(answer.text("code")).as("%s, %s", endpoint, name).isIn("validation_error", "invalid_decision", "payload_too_large");
                    assertThat(answer.body().length()).as("%s, %s", endpoint, name).isLessThan(8_000);
                    assertThat(answer.body()).doesNotContain("Exception", "io.countersign", "tools.jackson", "\tat ");
                });
            }
        }
    }

    @Nested
    class Given_text_that_breaks_careless_programs {

        @Test
        void it_comes_back_as_it_was_sent() {
            for (var text : new String[] {"\u202eevil\u202c", "\ufeff", "\ufffe", "\u200b\u200d", "\ud83d\ude00\ud83c\udff4", "<script>alert(1)</script>",
                "'; drop table x; --", "${jndi:ldap://x}", "{{7*7}}", "%s%n%x", "\u2028\u2029", "\u007f\u0085", "\ud800\udc00", "zalgo\u0301\u0302\u0303"}) {
                var params = "{\"text\":\"" + text.replace("\u2028", "\\u2028") + "\"}";
                var answer = cast.agent().post("/api/v1/actions", "{\"action\":\"note:keep\",\"params\":" + params + ",\"reason\":\"x" + text + "x\"}",
                        "Prefer", "wait=0");
                assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
                var read = cast.agent().get(answer.header("Location"));
                assertThat(read.body()).contains("\"payload\":" + params);
                assertThat(read.text("reason")).isEqualTo("x" + text + "x");
                assertThat(read.body().getBytes(StandardCharsets.UTF_8)).isNotEmpty();
            }
        }
    }
}
