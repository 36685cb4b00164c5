package io.countersign.executors.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.diagnostics.api.Diagnostic;
import io.countersign.command.testing.SampleJar;
import io.countersign.executors.plugin.PluginFolder.Broken;
import io.countersign.executors.plugin.api.Plugin;
import io.countersign.executors.plugin.api.Plugin.Call;
import io.countersign.executors.plugin.api.PluginContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class PluginFolderTests {

    private static final String SERVICE = Plugin.class.getName();
    private static final String SAMPLE = SampleJar.sourceIn(Path.of("..", "docs", "plugins.md"));

    @TempDir
    private Path folder;

    private List<Broken> brokenWith(String jar, String source) {
        SampleJar.make(folder.resolve(jar), source, SERVICE);
        PluginFolder read = PluginFolder.read(folder);
        assertThat(read.found()).isEmpty();
        return read.broken();
    }

    @Nested
    class Given_the_sample_of_the_documentation {

        @Test
        void it_becomes_an_action_type_behind_the_gate() {
            SampleJar.make(folder.resolve("pin.jar"), SAMPLE, SERVICE);
            PluginFolder read = PluginFolder.read(folder);
            assertThat(read.broken()).isEmpty();
            assertThat(read.found()).singleElement().satisfies(found -> {
                PluginType type = new PluginType(found);
                assertThat(type.name()).isEqualTo("plugin.pin_note");
                assertThat(type.needsEntry()).isTrue();
                assertThat(type.connector()).isEqualTo("plugin");
                assertThat(type.executionClass()).isEqualTo(ExecutionClass.CHECKABLE);
                assertThat(type.reversible()).isTrue();
                assertThat(type.scope()).isEqualTo("external");
                assertThat(type.describe(JsonMapper.shared().readTree("{\"text\":\"hello\",\"board\":\"/srv\"}")).summary())
                        .isEqualTo("Pin \"hello\" to the board");
            });
        }

        @Test
        void it_passes_the_trial_of_the_test_kit() throws Exception {
            SampleJar.make(folder.resolve("pin.jar"), SAMPLE, SERVICE);
            Plugin plugin = PluginFolder.read(folder).found().getFirst().plugin();
            assertThat(PluginContract.trial(plugin, new Call("a-1", 1, Map.of("text", "hello", "board", folder.toString()), Map.of(), Map.of(),
                    Duration.ofSeconds(30)))).isEmpty();
            assertThat(folder.resolve("a-1")).doesNotExist();
        }

        @Test
        void it_sees_no_class_of_the_service() {
            SampleJar.make(folder.resolve("pin.jar"), SAMPLE, SERVICE);
            ClassLoader inside = PluginFolder.read(folder).found().getFirst().plugin().getClass().getClassLoader();
            assertThat(List.of("org.axonframework.commandhandling.gateway.CommandGateway", "io.countersign.command.action.api.ActionCommand",
                    "io.countersign.executors.ActionExecutor", "org.springframework.context.ApplicationContext", "org.postgresql.Driver"))
                    .noneMatch(name -> canLoad(inside, name));
            assertThat(canLoad(inside, SERVICE)).isTrue();
        }

        private static boolean canLoad(ClassLoader loader, String name) {
            try {
                Class.forName(name, false, loader);
                return true;
            } catch (ClassNotFoundException hidden) {
                return false;
            }
        }

        @Test
        void of_two_with_one_name_the_second_is_left_out() {
            SampleJar.make(folder.resolve("a.jar"), SAMPLE, SERVICE);
            SampleJar.make(folder.resolve("b.jar"), SAMPLE, SERVICE);
            PluginFolder read = PluginFolder.read(folder);
            assertThat(read.found()).hasSize(1);
            assertThat(read.broken()).containsExactly(new Broken("b.jar", "there is another plug-in called pin_note"));
        }
    }

    @Nested
    class Given_a_jar_that_cannot_be_used {

        @Test
        void one_that_wants_the_name_of_a_built_in_type_is_left_out() {
            assertThat(brokenWith("mail.jar", SAMPLE.replace("\"pin_note\"", "\"email:send\""))).singleElement()
                    .satisfies(broken -> assertThat(broken.why()).contains("name() must be a word"));
        }

        @Test
        void one_whose_schema_is_open_is_left_out() {
            assertThat(brokenWith("open.jar", SAMPLE.replace("\"additionalProperties\": false", "\"additionalProperties\": true"))).singleElement()
                    .satisfies(broken -> assertThat(broken.why()).contains("schema()"));
        }

        @Test
        void one_whose_class_throws_and_one_that_reaches_for_the_service_are_left_out_and_tell_no_message() {
            assertThat(brokenWith("throws.jar", SAMPLE.replace("    public String name() {", "    static { if (true) throw new IllegalStateException(\"s3cret\"); }\n    public String name() {")))
                    .singleElement().satisfies(broken -> assertThat(broken.why()).contains("cannot be used").doesNotContain("s3cret"));
        }

        @Test
        void bytes_that_are_no_jar_and_a_jar_without_a_provider_are_named() throws IOException {
            Files.writeString(folder.resolve("a.jar"), "no jar");
            SampleJar.make(folder.resolve("b.jar"), SAMPLE, "another.Service");
            PluginFolder read = PluginFolder.read(folder);
            assertThat(read.broken()).extracting(Broken::jar).containsExactly("a.jar", "b.jar");
            assertThat(new PluginRegistrar.Report(read).diagnose()).extracting(Diagnostic::code).containsOnly("PLUGIN_BROKEN");
        }

        @Test
        void one_that_others_may_write_to_is_left_out() throws IOException {
            Path jar = SampleJar.make(folder.resolve("pin.jar"), SAMPLE, SERVICE);
            Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThat(PluginFolder.read(folder).broken()).singleElement()
                    .satisfies(broken -> assertThat(broken.why()).contains("others than its owner"));
        }

        @Test
        void the_others_are_not_disturbed() throws IOException {
            Files.writeString(folder.resolve("a.jar"), "no jar");
            SampleJar.make(folder.resolve("b.jar"), SAMPLE, SERVICE);
            assertThat(PluginFolder.read(folder).found()).hasSize(1);
        }
    }
}
