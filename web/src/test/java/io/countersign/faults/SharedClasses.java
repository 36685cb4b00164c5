package io.countersign.faults;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The loaded classes of one start, kept in a file that later starts map into memory. The first process of a test run writes it when it ends. A start takes two thirds
 * of the processor time with it, and the tests of faults start some thirty services.
 */
final class SharedClasses {

    private static final Path FOLDER = Path.of("target", "faults", "classes").toAbsolutePath();
    private static final Path ARCHIVE = FOLDER.resolve("start.jsa");
    private static final Path DRAFT = FOLDER.resolve("draft.jsa");
    private static final AtomicBoolean CLAIMED = new AtomicBoolean();
    private static final String CLASS_PATH = jars();

    private SharedClasses() {}

    /** The product's classes without the tests'; as jars alone, because the virtual machine keeps classes of nothing else. */
    static String classPath() {
        return CLASS_PATH;
    }

    /** What a process is to be started with. */
    static List<String> options() {
        return Files.exists(ARCHIVE) ? List.of("-XX:SharedArchiveFile=" + ARCHIVE) : List.of();
    }

    /** True for the first who asks: they start a process with these options, end it as a supervisor does, and call {@link #keep()}. */
    static boolean isWanted() {
        return CLAIMED.compareAndSet(false, true);
    }

    static List<String> wanted() {
        return List.of("-XX:ArchiveClassesAtExit=" + DRAFT);
    }

    static void keep() {
        try {
            Files.move(DRAFT, ARCHIVE, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String jars() {
        try {
            Files.createDirectories(FOLDER);
            Files.deleteIfExists(ARCHIVE);
            return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
                    .map(Path::of).filter(Files::exists).map(entry -> Files.isDirectory(entry) ? jar(entry) : entry)
                    .map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code ../command/target/classes} becomes {@code command.jar}. */
    private static Path jar(Path classes) {
        Path jar = FOLDER.resolve(classes.getParent().getParent().getFileName() + ".jar");
        try (OutputStream file = Files.newOutputStream(jar); ZipOutputStream zip = new ZipOutputStream(file); Stream<Path> all = Files.walk(classes)) {
            zip.setLevel(1);
            for (Path path : (Iterable<Path>) all.filter(path -> !path.equals(classes)).sorted()::iterator) {
                boolean folder = Files.isDirectory(path);
                zip.putNextEntry(new ZipEntry(classes.relativize(path).toString().replace(File.separatorChar, '/') + (folder ? "/" : "")));
                if (!folder) {
                    Files.copy(path, zip);
                }
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }
}
