package io.countersign.command.database.api;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The programs of the PostgreSQL server, unpacked once from the archive on the class path. */
record ServerBinaries(Path folder) {

    /** The major version of the archive; a cluster of another one needs an upgrade first. */
    static final String MAJOR = "18";

    private static final Pattern LEFT_BEHIND = Pattern.compile("(postgres|unpacking)-.+");
    private static final String USE_YOUR_OWN = "Set COUNTERSIGN_DB_URL, COUNTERSIGN_DB_USER and COUNTERSIGN_DB_PASSWORD "
            + "to a PostgreSQL server of your own.";

    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    /**
     * Finds the unpacked programs below {@code base} or unpacks them there. Several processes may do so at once.
     *
     * @throws DatabaseStartException if there is no archive for this machine, or {@code base} belongs to somebody else
     */
    static ServerBinaries unpackedBelow(Path base) {
        String archive = "postgres-linux-%s.txz".formatted(architecture());
        URL url = ServerBinaries.class.getResource("/" + archive);
        if (url == null || !System.getProperty("os.name").equals("Linux")) {
            throw new DatabaseStartException("There is no embedded database for this machine (%s, %s)."
                    .formatted(System.getProperty("os.name"), System.getProperty("os.arch")), USE_YOUR_OWN);
        }
        try {
            Files.createDirectories(base, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            refuseForeign(base);
            Path folder = base.resolve("postgres-%s-%s-%08x".formatted(MAJOR, architecture(), checksum(url)));
            if (!complete(folder)) {
                unpack(url, folder);
            }
            return new ServerBinaries(folder);
        } catch (IOException e) {
            throw new DatabaseStartException("The embedded database could not be unpacked into %s: %s".formatted(base, e),
                    "Make the folder writable and free 100 MB there.", e);
        }
    }

    /**
     * Removes what other versions left in the same place, except programs that still run. Only for a place that no other service shares.
     *
     * @throws IOException if something cannot be removed; what remains does no harm
     */
    void removeOthers() throws IOException {
        List<Path> running = ProcessHandle.allProcesses().flatMap(process -> process.info().command().stream()).map(Path::of).toList();
        try (Stream<Path> entries = Files.list(folder.toAbsolutePath().getParent())) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                Path other = entry.resolveSibling(entry.getFileName().toString().replaceFirst("\\.size$", ""));
                if (!other.equals(folder.toAbsolutePath()) && LEFT_BEHIND.matcher(other.getFileName().toString()).matches()
                        && running.stream().noneMatch(program -> program.startsWith(other))) {
                    Folders.delete(entry);
                }
            }
        }
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> "unknown";
        };
    }

    /** Programs are run from here: a folder somebody else prepared in a shared place must not be trusted. */
    private static void refuseForeign(Path base) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(base);
        boolean ours = Files.getAttribute(base, "unix:uid").equals(ServerAccount.currentUser());
        if (!ours || permissions.contains(PosixFilePermission.OTHERS_WRITE) || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            throw new DatabaseStartException("The folder %s for the database programs belongs to, or can be written by, someone else."
                    .formatted(base), "Remove it, or take write permission on it from group and others.");
        }
    }

    /** The archive's own checksum in its jar names the version without reading 15 MB. */
    private static long checksum(URL url) throws IOException {
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection jar) {
            try (var file = jar.getJarFile()) {
                return file.getJarEntry(jar.getEntryName()).getCrc();
            }
        }
        return connection.getContentLengthLong();
    }

    /** A machine that lost power, or a cleaner of temporary files, may have left a part: the sum of all sizes tells. */
    private static boolean complete(Path folder) throws IOException {
        Path total = totalOf(folder);
        return Files.exists(total) && Files.readString(total).equals(Long.toString(totalSize(folder)));
    }

    private static Path totalOf(Path folder) {
        return folder.resolveSibling(folder.getFileName() + ".size");
    }

    private static long totalSize(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return -1;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).mapToLong(ServerBinaries::size).sum();
        } catch (UncheckedIOException e) {
            return -1;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void unpack(URL url, Path folder) throws IOException {
        Path fresh = Files.createTempDirectory(folder.getParent(), "unpacking-");
        try {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            try (InputStream in = url.openStream();
                    var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(in)))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    write(tar, entry, fresh);
                }
            }
            String total = Long.toString(totalSize(fresh));
            if (Files.exists(folder) && !complete(folder)) {
                Folders.delete(folder);
            }
            try {
                Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
                // Another process was faster; what it unpacked is the same.
            }
            Folders.write(totalOf(folder), total, "rw-r--r--");
        } finally {
            Folders.delete(fresh);
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("entry outside the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            Files.setPosixFilePermissions(target,
                    PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
