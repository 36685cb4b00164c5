package io.countersign.executors.file;

import io.countersign.command.preview.api.Lookout;
import io.countersign.executors.file.FileAction.Operation;
import io.countersign.executors.workspace.Folder;
import io.countersign.executors.workspace.Folder.Trace;
import io.countersign.executors.workspace.NotPossible;
import io.countersign.executors.workspace.Place;
import io.countersign.executors.workspace.Texts;
import io.countersign.executors.workspace.Workspaces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looks at the files that an action would change, as they lie in the agent's folder now. */
final class FileLookout implements Lookout {

    private static final int MOST_NAMES = 100;
    private static final long READABLE = 1024 * 1024;

    private final Workspaces workspaces;

    FileLookout(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public boolean looksAt(String actionType) {
        return operation(actionType).isPresent();
    }

    private static Optional<Operation> operation(String actionType) {
        return Arrays.stream(Operation.values()).filter(one -> one.wire().equals(actionType)).findFirst();
    }

    @Override
    public Sight look(Subject of) {
        Operation operation = operation(of.actionType()).orElseThrow();
        JsonNode params = JsonMapper.shared().readTree(of.params());
        try {
            Optional<Path> home = workspaces.existing(of.workspace(), of.requesterId());
            try (Folder folder = home.isPresent() ? Folder.of(home.get()) : null) {
                return look(operation, new Desk(folder), params);
            }
        } catch (NotPossible refused) {
            return new Sight(List.of(), contentAlone(operation, params), List.of(), 0, refused.sentence());
        } catch (IOException failed) {
            return new Sight(List.of(), contentAlone(operation, params), List.of(), 0, "The agent's folder could not be looked into.");
        }
    }

    /** The agent's folder; null while there is none. */
    private record Desk(@Nullable Folder folder) {

        Trace trace(String path) throws IOException {
            Place place = Place.of(path);
            if (folder == null) {
                return Trace.ABSENT;
            }
            try (Folder at = folder.enter(place.folders())) {
                return at.trace(place.name(), FileExecutor.MOST_BYTES);
            } catch (NotPossible missing) {
                if (missing.code().equals("no_such_folder")) {
                    return Trace.ABSENT;
                }
                throw missing;
            }
        }

        byte[] read(String path) throws IOException {
            Place place = Place.of(path);
            if (folder == null) {
                throw new NotPossible("no_such_file", "There is no file " + path + ".");
            }
            try (Folder at = folder.enter(place.folders())) {
                return at.read(place.name(), READABLE);
            }
        }

        List<String> names(String path) throws IOException {
            if (folder == null) {
                return List.of();
            }
            try (Folder at = folder.enter(Place.of(path).steps())) {
                return at.names(MOST_NAMES);
            }
        }
    }

    private static Sight look(Operation operation, Desk desk, JsonNode params) throws IOException {
        String path = params.path("path").asString("");
        String src = params.path("src").asString("");
        String dst = params.path("dst").asString("");
        return switch (operation) {
            case FILE_CREATE -> new Sight(List.of(), contentAlone(operation, params), List.of(), 0,
                    desk.trace(path).isAbsent() ? null : "Something lies at " + path + " already, so this would fail.");
            case FILE_WRITE -> write(desk, path, params);
            case FILE_DELETE -> delete(desk, path);
            case FILE_COPY, FILE_MOVE -> carry(operation, desk, src, dst);
            case DIR_CREATE -> seen(List.of(), desk.trace(path).isAbsent() ? null : path + " exists already, so this would fail.");
            case DIR_DELETE -> folder(desk, path, FileAction.says(params, "recursive", true));
        };
    }

    private static Sight write(Desk desk, String path, JsonNode params) throws IOException {
        byte[] content = content(params);
        Trace now = desk.trace(path);
        if (now.isFolder()) {
            return seen(List.of(), path + " is a folder, so this would fail.");
        }
        if (now.bytes() > READABLE) {
            return seen(List.of(size("Now", now)), "What is there now is too long to be compared.");
        }
        byte[] before = now.isAbsent() ? null : desk.read(path);
        boolean append = FileAction.says(params, "append", false) && before != null;
        return new Sight(List.of(), List.of(Texts.change(path, before, append ? joined(before, content) : content)), List.of(), 0, null);
    }

    private static Sight delete(Desk desk, String path) throws IOException {
        Trace now = desk.trace(path);
        if (!now.isFile()) {
            return seen(List.of(), "There is no file " + path + ", so this would fail.");
        }
        return now.bytes() > READABLE ? seen(List.of(size("Size", now)), null)
                : new Sight(List.of(), List.of(Texts.change(path, desk.read(path), null)), List.of(), 0, null);
    }

    private static Sight carry(Operation operation, Desk desk, String src, String dst) throws IOException {
        Trace from = desk.trace(src);
        boolean free = desk.trace(dst).isAbsent();
        String trouble = !from.isFile() ? "There is no file " + src + ", so this would fail." : free ? null
                : "Something lies at " + dst + " already, so this would fail.";
        List<Fact> facts = new ArrayList<>(List.of(new Fact("From", src), new Fact("To", dst)));
        if (from.isFile()) {
            facts.add(size("Size", from));
        }
        if (!from.isFile() || from.bytes() > READABLE || operation == Operation.FILE_MOVE) {
            return seen(facts, trouble);
        }
        return new Sight(facts, List.of(Texts.change(dst, null, desk.read(src))), List.of(), 0, trouble);
    }

    private static Sight folder(Desk desk, String path, boolean recursive) throws IOException {
        if (!desk.trace(path).isFolder()) {
            return seen(List.of(), "There is no folder " + path + ", so this would fail.");
        }
        List<String> names = desk.names(path);
        return new Sight(List.of(new Fact("Holds", names.isEmpty() ? "nothing" : names.size() == MOST_NAMES ? MOST_NAMES + " entries or more"
                : names.size() + (names.size() == 1 ? " entry" : " entries"))), List.of(), names, 0,
                recursive || names.isEmpty() ? null : "The folder is not empty, so this would fail.");
    }

    /** What would be there, when what is there cannot be seen. */
    private static List<Change> contentAlone(Operation operation, JsonNode params) {
        return operation == Operation.FILE_CREATE || operation == Operation.FILE_WRITE
                ? List.of(Texts.change(params.path("path").asString(""), null, content(params))) : List.of();
    }

    private static byte[] content(JsonNode params) {
        return params.path("content").asString("").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[] before, byte[] content) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(before);
        all.writeBytes(content);
        return all.toByteArray();
    }

    private static Fact size(String name, Trace file) {
        return new Fact(name, String.format(Locale.ENGLISH, "%,d bytes", file.bytes()));
    }

    private static Sight seen(List<Fact> facts, @Nullable String trouble) {
        return new Sight(facts, List.of(), List.of(), 0, trouble);
    }
}
