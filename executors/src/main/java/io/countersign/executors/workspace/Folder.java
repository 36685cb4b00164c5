package io.countersign.executors.workspace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open folder. It stays the same folder whatever is renamed or linked meanwhile: each step is taken from the one before by its handle, and
 * never through a link. Names are single steps.
 */
public final class Folder implements AutoCloseable {

    private static final LinkOption HERE = LinkOption.NOFOLLOW_LINKS;
    private static final int CHUNK = 64 * 1024;

    private final SecureDirectoryStream<Path> handle;

    private Folder(SecureDirectoryStream<Path> handle) {
        this.handle = handle;
    }

    /** What lies under a name. {@code bytes} and {@code sha256} are set for files only. */
    public record Trace(String kind, long bytes, String sha256) {

        /** Nothing lies there. */
        public static final Trace ABSENT = new Trace("absent", 0, "");
        /** A folder lies there. */
        public static final Trace FOLDER = new Trace("folder", 0, "");

        /** Nothing. */
        public boolean isAbsent() {
            return kind.equals("absent");
        }

        /** A plain file. */
        public boolean isFile() {
            return kind.equals("file");
        }

        /** A folder. */
        public boolean isFolder() {
            return kind.equals("folder");
        }
    }

    /** Opens a folder of our own, whose path nobody else can change. */
    public static Folder of(Path path) throws IOException {
        return secure(Files.newDirectoryStream(path));
    }

    private static Folder secure(DirectoryStream<Path> opened) throws IOException {
        if (opened instanceof SecureDirectoryStream<Path> handle) {
            return new Folder(handle);
        }
        opened.close();
        throw new NotPossible("not_supported", "This system cannot open folders in a way that is safe against links, so nothing was done.");
    }

    /** Goes down step by step. The caller closes what it gets, and still this one. */
    public Folder enter(List<String> steps) throws IOException {
        Folder at = new Folder(handle.newDirectoryStream(Path.of("."), HERE));
        for (String step : steps) {
            try (Folder above = at) {
                at = new Folder(above.handle.newDirectoryStream(Path.of(step), HERE));
            } catch (NoSuchFileException missing) {
                throw new NotPossible("no_such_folder", "There is no folder " + step + ".");
            } catch (FileSystemException other) {
                throw new NotPossible("path_refused", step + " is not a folder of its own; links are not followed.");
            }
        }
        return at;
    }

    /** What lies under this name, read to the end if it is a file. */
    public Trace trace(String name, long most) throws IOException {
        PosixFileAttributes attributes;
        try {
            attributes = view(name).readAttributes();
        } catch (NoSuchFileException missing) {
            return Trace.ABSENT;
        }
        if (attributes.isDirectory()) {
            return Trace.FOLDER;
        }
        if (!attributes.isRegularFile()) {
            throw new NotPossible("path_refused", name + " is neither a file nor a folder; links are not followed.");
        }
        MessageDigest digest = sha256();
        try (SeekableByteChannel from = handle.newByteChannel(Path.of(name), Set.of(StandardOpenOption.READ, HERE))) {
            long size = copy(name, from, null, digest, most);
            return new Trace("file", size, HexFormat.of().formatHex(digest.digest()));
        }
    }

    /** The bytes of a file. */
    public byte[] read(String name, long most) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (SeekableByteChannel from = handle.newByteChannel(Path.of(name), Set.of(StandardOpenOption.READ, HERE))) {
            copy(name, from, Channels.newChannel(bytes), null, most);
        }
        return bytes.toByteArray();
    }

    /** Names of what lies here, in order; of many, some. A folder's ends with a slash. */
    public List<String> names(int most) throws IOException {
        List<String> names = new ArrayList<>();
        for (Path entry : handle) {
            String name = entry.getFileName().toString();
            names.add(view(name).readAttributes().isDirectory() ? name + "/" : name);
            if (names.size() == most) {
                break;
            }
        }
        return names.stream().sorted().toList();
    }

    /** Copies a file, with its permissions, to a name in another folder that is free. */
    public void copy(String name, Folder to, String as, long most) throws IOException {
        try (SeekableByteChannel from = handle.newByteChannel(Path.of(name), Set.of(StandardOpenOption.READ, HERE))) {
            to.write(as, from, name, most);
        }
        to.permit(as, permissions(name));
    }

    /** Writes a new file to the end, and to the disk. */
    public void write(String name, InputStream content, long most) throws IOException {
        write(name, Channels.newChannel(content), name, most);
    }

    private void write(String name, ReadableByteChannel from, String called, long most) throws IOException {
        Set<OpenOption> anew = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, HERE);
        try (SeekableByteChannel to = handle.newByteChannel(Path.of(name), anew)) {
            copy(called, from, to, null, most);
            if (to instanceof FileChannel file) {
                file.force(true);
            }
        }
    }

    private static long copy(String name, ReadableByteChannel from, @Nullable WritableByteChannel to, @Nullable MessageDigest digest, long most)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        long size = 0;
        while (from.read(buffer) >= 0) {
            buffer.flip();
            size += buffer.remaining();
            if (size > most) {
                throw new NotPossible("too_large", name + " is larger than " + most / (1024 * 1024) + " MiB.");
            }
            if (digest != null) {
                digest.update(buffer.duplicate());
            }
            while (to != null && buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.clear();
        }
        return size;
    }

    /** Moves what lies here under a name to another folder, in one step. A file that is there already is replaced. */
    public void move(String name, Folder to, String as) throws IOException {
        handle.move(Path.of(name), to.handle, Path.of(as));
    }

    /** Gives one file the permissions of another. */
    public void permitLike(String model, String name) throws IOException {
        permit(name, permissions(model));
    }

    private Set<PosixFilePermission> permissions(String name) throws IOException {
        return view(name).readAttributes().permissions();
    }

    private void permit(String name, Set<PosixFilePermission> permissions) throws IOException {
        view(name).setPermissions(permissions);
    }

    /** Whether nothing lies in a folder. */
    public boolean isEmpty(String folder) throws IOException {
        try (DirectoryStream<Path> inside = handle.newDirectoryStream(Path.of(folder), HERE)) {
            return !inside.iterator().hasNext();
        }
    }

    /** How much lies in a folder, all the way down, and a digest over the paths, sizes and times of it. */
    public record Census(int entries, String sha256) {}

    /**
     * Counts what lies here. Links count as themselves and are never followed.
     *
     * @throws NotPossible when there is more than the most
     */
    public Census census(int most) throws IOException {
        List<String> lines = new ArrayList<>();
        list("", lines, most);
        MessageDigest digest = sha256();
        lines.stream().sorted().forEach(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
        return new Census(lines.size(), HexFormat.of().formatHex(digest.digest()));
    }

    private void list(String above, List<String> lines, int most) throws IOException {
        for (Path entry : handle) {
            Path name = entry.getFileName();
            PosixFileAttributes attributes = view(name.toString()).readAttributes();
            lines.add(above + name + " " + (attributes.isDirectory() ? "folder" : attributes.size() + " " + attributes.lastModifiedTime()));
            if (lines.size() > most) {
                throw new NotPossible("too_large", "There are more than " + most + " entries.");
            }
            if (attributes.isDirectory()) {
                try (Folder inside = secure(handle.newDirectoryStream(name, HERE))) {
                    inside.list(above + name + "/", lines, most);
                }
            }
        }
    }

    /** Takes away an empty folder. */
    public void removeFolder(String name) throws IOException {
        handle.deleteDirectory(Path.of(name));
    }

    /** Takes away all that lies here. Links are taken away themselves, never followed. */
    public void clear() throws IOException {
        for (Path entry : handle) {
            Path name = entry.getFileName();
            if (view(name.toString()).readAttributes().isDirectory()) {
                try (Folder inside = secure(handle.newDirectoryStream(name, HERE))) {
                    inside.clear();
                }
                handle.deleteDirectory(name);
            } else {
                handle.deleteFile(name);
            }
        }
    }

    private PosixFileAttributeView view(String name) {
        return handle.getFileAttributeView(Path.of(name), PosixFileAttributeView.class, HERE);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
