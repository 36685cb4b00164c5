package io.countersign.web.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ApiTest
class OpenApiTests {

    private static final Path WRITTEN_DOWN = Path.of("..", "docs", "openapi.yaml");

    @Autowired
    private Cast cast;

    @Autowired
    private Routes routes;

    @Nested
    class Given_the_running_service {

        @Test
        void its_description_is_the_one_in_docs() throws IOException {
            var described = cast.nobody().get("/v3/api-docs.yaml").body();
            if (Boolean.getBoolean("countersign.write-openapi")) {
                Files.writeString(WRITTEN_DOWN, described);
            }
            assertThat(WRITTEN_DOWN).exists();
            assertThat(described.lines()).as("docs/openapi.yaml is not what the service says; if the change is meant, run "
                            + "mvn -pl web -am test -Dtest=OpenApiTests -Dsurefire.failIfNoSpecifiedTests=false "
                            + "-Dcountersign.write-openapi=true and commit the file")
                    .containsExactlyElementsOf(Files.readAllLines(WRITTEN_DOWN));
        }

        @Test
        void it_is_version_3_1_and_names_every_route_of_the_interface() {
            var described = cast.nobody().get("/v3/api-docs").json();
            assertThat(described.path("openapi").asString()).startsWith("3.1");
            for (var route : routes.below("/api/", "/v1/")) {
                var operation = described.path("paths").path(route.pattern()).path(route.method().name().toLowerCase(java.util.Locale.ROOT));
                assertThat(operation.path("summary").asString("")).as("%s", route).isNotBlank();
                assertThat(operation.path("responses").has("401")).as("%s", route).isTrue();
            }
        }
    }
}
