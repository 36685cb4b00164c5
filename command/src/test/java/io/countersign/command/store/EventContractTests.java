package io.countersign.command.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.axonframework.serialization.Revision;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What stands in databases for ever. For each event and revision there is one file with every field set, {@code name.revision.json}, and where
 * fields may be missing one without them, {@code name.revision.bare.json}. Files are added, never changed.
 */
class EventContractTests {

    private static final Path CONTRACT = Path.of("src/test/resources/contract");
    private static final EventNames NAMES = new EventNames(StoreConfiguration.FAMILIES);
    private static final EventJson JSON = EventJson.with(NAMES);

    @Nested
    class Given_the_approved_files {

        @Test
        void every_event_has_the_file_of_its_revision_and_every_file_an_event() {
            assertThat(files().map(Approved::stem).toList()).containsAll(currentStems());
            assertThat(files().map(Approved::name).toList()).isSubsetOf(NAMES.all().stream().map(EventContractTests::nameOf).toList());
        }

        @Test
        void every_event_that_can_miss_fields_has_a_bare_file() {
            assertThat(currentFiles().filter(Approved::bare).map(Approved::stem).toList()).containsExactlyInAnyOrderElementsOf(
                    NAMES.all().stream().filter(EventContractTests::canMissFields).map(EventContractTests::stemOf).toList());
        }

        @ParameterizedTest
        @MethodSource("io.countersign.command.store.EventContractTests#files")
        void every_one_can_be_read(Approved file) {
            assertThat(read(file)).isInstanceOf(NAMES.classOf(file.name()).orElseThrow());
        }

        @ParameterizedTest
        @MethodSource("io.countersign.command.store.EventContractTests#currentFiles")
        void what_is_written_today_is_the_approved_text_byte_for_byte(Approved file) {
            var written = JSON.serialize(read(file), String.class);
            assertThat(written.getData()).isEqualTo(file.text());
            assertThat(written.getType().getName()).isEqualTo(file.name());
            assertThat(written.getType().getRevision()).isEqualTo(file.revision());
        }

        @ParameterizedTest
        @MethodSource("io.countersign.command.store.EventContractTests#currentFiles")
        void a_full_file_sets_every_field_and_a_bare_one_only_those_that_must_be_there(Approved file) {
            Object event = read(file);
            assertThat(everyComponent(event, (value, nullable) -> file.bare() ? !nullable || value == null : value != null)).isTrue();
        }

        @ParameterizedTest
        @MethodSource("io.countersign.command.store.EventContractTests#files")
        void none_names_a_class(Approved file) {
            assertThat(file.text()).doesNotContain("io.countersign").doesNotContain("@class").doesNotContain("java.");
        }
    }

    @Nested
    class Given_a_newer_writer {

        @Test
        void a_field_that_is_not_known_yet_is_passed_over() {
            Approved file = files().filter(f -> f.stem().equals("action.expired.1")).findFirst().orElseThrow();
            Approved newer = new Approved(file.name(), file.revision(), false, file.text().replaceFirst("\\{", "{\"mood\":\"fine\","));
            assertThat(read(newer)).isEqualTo(read(file));
        }
    }

    /** One approved file. */
    record Approved(String name, String revision, boolean bare, String text) {

        static Approved of(Path path) {
            String[] parts = path.getFileName().toString().split("\\.");
            try {
                return new Approved(parts[0] + "." + parts[1], parts[2], parts.length == 5
                        && parts[3].equals("bare"), Files.readString(path));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        String stem() {
            return name + "." + revision;
        }

        @Override
        public String toString() {
            return stem() + (bare ? " bare" : "");
        }
    }

    static Stream<Approved> files() {
        try (Stream<Path> paths = Files.list(CONTRACT)) {
            return paths.sorted().map(Approved::of).toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Stream<Approved> currentFiles() {
        return files().filter(file -> currentStems().contains(file.stem()));
    }

    private static Collection<String> currentStems() {
        return NAMES.all().stream().map(EventContractTests::stemOf).toList();
    }

    private static String nameOf(Class<?> event) {
        return NAMES.nameOf(event).orElseThrow();
    }

    private static String stemOf(Class<?> event) {
        return nameOf(event) + "." + event.getAnnotation(Revision.class).value();
    }

    private static Object read(Approved file) {
        return JSON.deserialize(new SimpleSerializedObject<>(file.text(), String.class, new SimpleSerializedType(file.name(),
                file.revision())));
    }

    private static boolean canMissFields(Class<?> type) {
        return Stream.of(type.getRecordComponents()).anyMatch(component -> isNullable(component)
                || component.getType().isRecord() && canMissFields(component.getType()));
    }

    private static boolean isNullable(java.lang.reflect.RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static boolean everyComponent(Object object, BiPredicate<@Nullable Object, Boolean> law) {
        for (var component : object.getClass().getRecordComponents()) {
            Object value;
            try {
                component.getAccessor().setAccessible(true);
                value = component.getAccessor().invoke(object);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
            if (!law.test(value, isNullable(component)) || value instanceof Record nested && !everyComponent(nested, law)) {
                return false;
            }
        }
        return true;
    }
}
