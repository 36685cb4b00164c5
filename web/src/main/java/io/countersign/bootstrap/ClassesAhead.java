package io.countersign.bootstrap;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * Loads the classes of a start a little before the start asks for them, on a thread of its own. Assembling the service keeps one processor
 * busy, of which loading classes is a third, while the second one idles. Nothing is initialised, so nothing happens earlier than it would.
 */
public final class ClassesAhead {

    /** Switches it off when {@code false}, so that what a start loads by itself can be seen. */
    public static final String SWITCH = "countersign.classes-ahead";

    /** Packages and the simple names of their classes, in the order in which a start asked for them. */
    static final String LIST = "classes-at-start.txt";

    private ClassesAhead() {}

    /** Begins, where there is a second processor to do it, and returns at once. */
    public static void begin() {
        if (Runtime.getRuntime().availableProcessors() > 1 && !"false".equals(System.getProperty(SWITCH))) {
            Thread.ofPlatform().name("classes-ahead").daemon().start(ClassesAhead::load);
        }
    }

    /** The names on the list, as {@link Class#getName()} writes them. */
    static Stream<String> names() throws IOException {
        InputStream list = ClassesAhead.class.getResourceAsStream(LIST);
        if (list == null) {
            return Stream.empty();
        }
        return new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8)).lines().flatMap(ClassesAhead::names);
    }

    private static Stream<String> names(String line) {
        String[] words = line.split(" ");
        return Stream.of(words).skip(1).map(name -> words[0] + "." + name);
    }

    private static void load() {
        ClassLoader loader = ClassesAhead.class.getClassLoader();
        try (Stream<String> names = names()) {
            names.forEach(name -> load(name, loader));
        } catch (IOException | UncheckedIOException e) {
            // The start loads by itself what was not loaded ahead.
        }
    }

    private static void load(String name, ClassLoader loader) {
        try {
            Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            // Another version of Java or of a library: the list is advice.
        }
    }
}
