package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;

@ApiTest
class RouteGridTests {

    /** What agents may do; everything else under /api is for people. */
    private static final Set<String> FOR_AGENTS = Set.of("POST /api/v1/actions", "GET /api/v1/actions", "GET /api/v1/actions/{id}",
            "GET /api/v1/catalogue", "POST /api/v1/actions/{id}/cancel", "POST /api/v1/actions/{id}/consume", "GET /api/v1/actions/{id}/explain", "GET /v1/actions/{id}/explain",
            "POST /v1/actions", "GET /v1/actions/{id}", "GET /v1/approvals", "GET /v1/control/policies");

    @Autowired
    private Cast cast;

    @Autowired
    private Routes routes;

    private List<Routes.Route> api() {
        var api = routes.below("/api/", "/v1/");
        assertThat(api).hasSizeGreaterThanOrEqualTo(12);
        return api;
    }

    private static Cast.Answer call(Cast.Voice voice, Routes.Route route, String id) {
        return voice.call(route.method().name(), route.path(id), new byte[0]);
    }

    @Nested
    class Given_the_interface {

        @Test
        void nobody_is_401_whatever_they_ask_and_send() {
            var grid = new SoftAssertions();
            var id = cast.agent().asks();
            for (var route : api()) {
                for (var address : List.of(id, "not-an-id", "00000000-0000-0000-0000-000000000000")) {
                    var answer = cast.nobody().call(route.method().name(), route.path(address), "{broken".getBytes(StandardCharsets.UTF_8));
                    grid.assertThat(answer.status()).as("%s %s", route, address).isEqualTo(401);
                    grid.assertThat(answer.text("code")).as("%s", route).isEqualTo("unauthenticated");
                    grid.assertThat(answer.header("WWW-Authenticate").toLowerCase(java.util.Locale.ROOT)).doesNotContain("basic");
                    grid.assertThat(answer.header("Set-Cookie")).isEmpty();
                }
            }
            grid.assertThat(cast.nobody().get("/api/v1/nothing").status()).isEqualTo(401);
            grid.assertAll();
        }

        @Test
        void an_agent_is_403_wherever_it_is_not_invited() {
            var grid = new SoftAssertions();
            var id = cast.agent().asks();
            for (var route : api()) {
                if (!FOR_AGENTS.contains(route.toString())) {
                    var answer = call(cast.agent(), route, id);
                    grid.assertThat(answer.status()).as("%s %s", route, answer).isEqualTo(403);
                    grid.assertThat(answer.text("code")).as("%s", route).isEqualTo("forbidden");
                }
            }
            grid.assertThat(cast.agent().get("/api/v1/actions/" + id).text("status")).as("nothing happened").isEqualTo("pending");
            grid.assertAll();
        }

        @Test
        void a_viewer_only_looks_and_asks() {
            var grid = new SoftAssertions();
            for (var route : api()) {
                boolean upkeep = route.pattern().startsWith("/api/v1/admin/");
                boolean decides = route.method() == HttpMethod.POST && route.pattern().contains("{id}/") && !route.pattern().endsWith("/resolve")
                        && !route.pattern().endsWith("/decision") && !route.pattern().endsWith("/consume");
                boolean rules = route.pattern().startsWith("/api/v1/policies") && route.method() == HttpMethod.GET;
                if (upkeep || decides || rules) {
                    var answer = call(cast.viewer(), route, cast.agent().asks());
                    grid.assertThat(answer.status()).as("%s %s", route, answer).isEqualTo(403);
                    grid.assertThat(answer.text("code")).as("%s", route).isEqualTo("insufficient_role");
                } else if (route.method() == HttpMethod.GET && !route.pattern().contains("{plan}") && !route.pattern().contains("{agent}")
                        && !route.pattern().startsWith("/v1/control/policies/")) {
                    grid.assertThat(call(cast.viewer(), route, cast.agent().asks()).status()).as("%s", route).isEqualTo(200);
                }
            }
            grid.assertAll();
        }

        @Test
        void an_analyst_has_no_upkeep_and_admins_and_owners_have() {
            var grid = new SoftAssertions();
            for (var route : api()) {
                if (route.pattern().startsWith("/api/v1/admin/")) {
                    grid.assertThat(call(cast.analyst(), route, "audit").status()).as("%s", route).isEqualTo(403);
                    grid.assertThat(call(cast.admin(), route, "audit").status()).as("%s", route).isIn(200, 202, 400, 404, 409);
                    grid.assertThat(call(cast.owner(), route, "audit").status()).as("%s", route).isIn(200, 202, 400, 404, 409);
                }
            }
            grid.assertAll();
        }

        @Test
        void another_workspace_does_not_exist() {
            var grid = new SoftAssertions();
            var id = cast.agent().asks();
            for (var route : api()) {
                if (route.pattern().contains("{id}")) {
                    var body = route.pattern().endsWith("/resolve") ? "{\"resolution\":\"failed\"}" : "";
                    var answer = cast.foreignAdmin().call(route.method().name(), route.path(id), body.getBytes(StandardCharsets.UTF_8));
                    grid.assertThat(answer.status()).as("%s %s", route, answer).isEqualTo(404);
                    if (FOR_AGENTS.contains(route.toString())) {
                        grid.assertThat(call(cast.foreignAgent(), route, id).status()).as("%s", route).isEqualTo(404);
                        grid.assertThat(call(cast.otherAgent(), route, id).status()).as("%s", route).isEqualTo(404);
                    }
                }
            }
            grid.assertThat(cast.agent().get("/api/v1/actions/" + id).text("status")).as("nothing happened").isEqualTo("pending");
            grid.assertAll();
        }
    }

    @Nested
    class Given_the_console {

        @Test
        void whoever_is_not_signed_in_is_sent_to_sign_in_and_a_key_does_not_help() {
            var grid = new SoftAssertions();
            for (var voice : Map.of("nobody", cast.nobody(), "an agent's key", cast.agent(), "HTTP Basic", cast.admin()).entrySet()) {
                for (var route : routes.below("/admin")) {
                    var answer = call(voice.getValue(), route, "00000000-0000-0000-0000-000000000000");
                    if (route.method() == HttpMethod.GET) {
                        grid.assertThat(answer.status()).as("%s %s", voice.getKey(), route).isIn(302, 303);
                        grid.assertThat(answer.header("Location")).as("%s %s", voice.getKey(), route).endsWith("/login");
                    } else {
                        grid.assertThat(answer.status()).as("%s %s", voice.getKey(), route).isIn(302, 303, 403);
                    }
                }
            }
            grid.assertAll();
        }
    }
}
