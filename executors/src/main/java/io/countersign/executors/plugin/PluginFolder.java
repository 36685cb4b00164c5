package io.countersign.executors.plugin;

import io.countersign.executors.plugin.api.Plugin;
import io.countersign.executors.plugin.api.PluginContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Reads a folder of jars, each by itself: one that cannot be used is left out and named, and the others are not disturbed. */
final class PluginFolder {

    private static final int SHOWN_OF_DIGEST = 12;

    private final Set<String> names = new HashSet<>();
    private final List<Found> found = new ArrayList<>();
    private final List<Broken> broken = new ArrayList<>();

    private PluginFolder() {}

    /** A plug-in that can be used. {@code version} is the beginning of the SHA-256 of its jar. */
    record Found(Plugin plugin, String jar, String version) {}

    /** A jar that cannot be used, and why, as the end of a sentence. */
    record Broken(String jar, String why) {}

    /** What stands in this folder, by file name; nothing when it is not there. */
    static PluginFolder read(Path folder) {
        PluginFolder read = new PluginFolder();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.getFileName().toString().endsWith(".jar")).sorted().forEach(jar -> read.take(folder, jar));
            } catch (IOException unreadable) {
                read.broken.add(new Broken(folder.toString(), "the folder cannot be read"));
            }
        }
        return read;
    }

    List<Found> found() {
        return List.copyOf(found);
    }

    List<Broken> broken() {
        return List.copyOf(broken);
    }

    private void take(Path folder, Path jar) {
        String name = jar.getFileName().toString();
        try {
            if (isOpenToOthers(folder) || isOpenToOthers(jar)) {
                throw new Unusable("others than its owner may write to it or to its folder");
            }
            try (JarFile readable = new JarFile(jar.toFile())) {
                if (readable.getEntry("META-INF/services/" + Plugin.class.getName()) == null) {
                    throw new Unusable("it names no class in META-INF/services/" + Plugin.class.getName());
                }
            }
            String version = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar))).substring(0, SHOWN_OF_DIGEST);
            List<Found> here = new ArrayList<>();
            for (Plugin plugin : ServiceLoader.load(Plugin.class, new Enclosure(jar))) {
                List<String> faults = PluginContract.faults(plugin);
                if (!faults.isEmpty()) {
                    throw new Unusable(plugin.getClass().getName() + ": " + faults.getFirst());
                }
                if (names.contains(plugin.name()) || here.stream().anyMatch(other -> other.plugin().name().equals(plugin.name()))) {
                    throw new Unusable("there is another plug-in called " + plugin.name());
                }
                here.add(new Found(plugin, name, version));
            }
            here.forEach(one -> names.add(one.plugin().name()));
            found.addAll(here);
        } catch (Unusable unusable) {
            broken.add(new Broken(name, String.valueOf(unusable.getMessage())));
        } catch (IOException unreadable) {
            broken.add(new Broken(name, "it is no jar that can be read"));
        } catch (ServiceConfigurationError | LinkageError | RuntimeException foreign) {
            // Its message may hold anything; the class says what kind of trouble it is.
            Throwable cause = foreign.getCause() == null ? foreign : foreign.getCause();
            broken.add(new Broken(name, "its classes cannot be used (" + cause.getClass().getName() + ")"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static boolean isOpenToOthers(Path path) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(path.toRealPath(), LinkOption.NOFOLLOW_LINKS).contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static final class Unusable extends Exception {

        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why, null, false, false);
        }
    }
}
