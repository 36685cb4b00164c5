package io.countersign.executors.file;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.action.api.ActionContent.Rollback;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.file.FileAction.Operation;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.workspace.Folder;
import io.countersign.executors.workspace.Folder.Trace;
import io.countersign.executors.workspace.NotPossible;
import io.countersign.executors.workspace.Place;
import io.countersign.executors.workspace.Workspaces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Does one kind of change to files. What is needed is made ready in the journal; the change itself is one rename; what it replaces or takes
 * away is kept in the journal. So a crash leaves it done or not done, both can be told, and undoing it brings back every byte.
 */
final class FileExecutor implements ActionExecutor {

    /** The largest file that is copied or kept as it was before. */
    static final long MOST_BYTES = 64L * 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_COUNTED = 10_000;
    private static final String RECORD = "change.json";
    private static final String BEFORE = "before";
    private static final String AFTER = "after";
    private static final String UNDONE = "undone";
    private static final String RESTORED = "restored";

    private final Operation operation;
    private final Workspaces workspaces;

    FileExecutor(Operation operation, Workspaces workspaces) {
        this.operation = operation;
        this.workspaces = workspaces;
    }

    @Override
    public String actionType() {
        return operation.wire();
    }

    @Override
    public String version() {
        return "1";
    }

    /** The open folders of one change. */
    private record Desk(Folder agent, Folder journal, Path journalPath) {}

    /** What is done at a desk. */
    @FunctionalInterface
    private interface Task<T> {

        T at(Desk desk) throws IOException, InterruptedException;
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) {
        return orWhyNot(() -> atDesk(attempt, desk -> {
            JsonNode params = JSON.readTree(attempt.params());
            sweep(desk.journalPath());
            Change change = prepare(desk, params);
            record(desk, change);
            if (Thread.interrupted() || Deadline.isOver(attempt)) {
                return new TimedOut("The time was up before anything was changed.");
            }
            happen(desk, change);
            return done(change);
        }));
    }

    @Override
    public Optional<ExecutionOutcome> lookUp(Attempt attempt, Duration timeLeft) throws InterruptedException {
        try {
            return atDesk(attempt, desk -> {
                Optional<Change> recorded = recorded(desk);
                if (recorded.isEmpty()) {
                    return Optional.empty();
                }
                Change change = recorded.get();
                boolean left = change.taken() == null || trace(desk, change.taken()).isAbsent();
                boolean there = change.put() == null ? left && !kept(desk, BEFORE).isAbsent() : trace(desk, change.put()).equals(change.after());
                if (left && there) {
                    return Optional.of(done(change));
                }
                boolean untouched = trace(desk, change.put() == null ? change.taken() : change.put()).equals(change.before());
                return untouched ? Optional.empty()
                        : Optional.of(new Unknown("changed_since", "What lies there now is neither what was before nor what was meant to be."));
            });
        } catch (IOException e) {
            return Optional.of(new Unknown("lookup_failed", "The agent's folder could not be looked into."));
        }
    }

    @Override
    public ExecutionOutcome rollBack(Attempt attempt, Duration timeLeft) {
        return orWhyNot(() -> atDesk(attempt, desk -> {
            Change change = recorded(desk).orElseThrow(() -> new NotPossible("journal_missing", "The journal of this change is gone, so it cannot be undone."));
            undo(desk, change);
            return new Succeeded(about(change).put("undone", true).toString(), null, false, false);
        }));
    }

    @Override
    public boolean observes() {
        return true;
    }

    /** Without waiting for other changes: each of them is one step, so what is seen is before or after it. */
    @Override
    public Optional<Observation> observe(Attempt attempt, Duration timeLeft) {
        JsonNode params = JSON.readTree(attempt.params());
        List<String> paths = Stream.of("path", "src", "dst").filter(params::has).map(name -> params.path(name).asString("")).toList();
        String subject = String.join(" and ", paths);
        List<Fact> facts = new ArrayList<>();
        try (Folder agent = Folder.of(workspaces.of(attempt))) {
            for (String path : paths) {
                facts.add(new Fact(path, whatLiesAt(agent, Place.of(path))));
            }
            return Optional.of(Observation.of(subject, facts));
        } catch (NotPossible why) {
            return Optional.of(Observation.unseen(subject, why.sentence()));
        } catch (IOException e) {
            return Optional.of(Observation.unseen(subject, "The agent's folder could not be looked into."));
        }
    }

    private String whatLiesAt(Folder agent, Place place) throws IOException {
        Trace trace;
        try (Folder folder = agent.enter(place.folders())) {
            trace = folder.trace(place.name(), MOST_BYTES);
        } catch (NotPossible why) {
            if (why.code().equals("no_such_folder")) {
                return "nothing, not even a folder for it";
            }
            throw why;
        }
        if (trace.isFolder() && operation == Operation.DIR_DELETE) {
            try (Folder inside = agent.enter(place.steps())) {
                Folder.Census census = inside.census(MOST_COUNTED);
                return "a folder; in it " + census.entries() + (census.entries() == 1 ? " entry" : " entries") + ", SHA-256 of the list " + census.sha256();
            }
        }
        return trace.isAbsent() ? "nothing" : trace.isFolder() ? "a folder" : "a file of " + trace.bytes() + " bytes, SHA-256 " + trace.sha256();
    }

    // ---- making ready ----

    private Change prepare(Desk desk, JsonNode params) throws IOException {
        String path = params.path("path").asString("");
        String src = params.path("src").asString("");
        String dst = params.path("dst").asString("");
        byte[] content = params.path("content").asString("").getBytes(StandardCharsets.UTF_8);
        return switch (operation) {
            case FILE_CREATE -> {
                mustBeFree(desk, path);
                desk.journal().write(AFTER, new ByteArrayInputStream(content), MOST_BYTES);
                yield Change.putting(actionType(), path, Trace.ABSENT, kept(desk, AFTER));
            }
            case FILE_WRITE -> write(desk, path, content, FileAction.says(params, "append", false));
            case FILE_DELETE -> Change.taking(actionType(), path, mustBeFile(desk, path));
            case FILE_COPY -> {
                mustBeFile(desk, src);
                mustBeFree(desk, dst);
                Place from = Place.of(src);
                try (Folder folder = desk.agent().enter(from.folders())) {
                    folder.copy(from.name(), desk.journal(), AFTER, MOST_BYTES);
                }
                yield Change.putting(actionType(), dst, Trace.ABSENT, kept(desk, AFTER));
            }
            case FILE_MOVE -> {
                Trace moved = mustBeFile(desk, src);
                mustBeFree(desk, dst);
                yield new Change(actionType(), src, dst, null, Trace.ABSENT, moved);
            }
            case DIR_CREATE -> makeFolders(desk, Place.of(path));
            case DIR_DELETE -> {
                if (!trace(desk, path).isFolder()) {
                    throw new NotPossible("no_such_folder", "There is no folder " + path + ".");
                }
                if (!FileAction.says(params, "recursive", true) && !isEmpty(desk, path)) {
                    throw new NotPossible("not_empty", "The folder " + path + " is not empty.");
                }
                yield Change.taking(actionType(), path, Trace.FOLDER);
            }
        };
    }

    private Change write(Desk desk, String path, byte[] content, boolean append) throws IOException {
        Trace before = trace(desk, path);
        if (before.isFolder()) {
            throw new NotPossible("is_a_folder", path + " is a folder.");
        }
        if (before.isAbsent()) {
            desk.journal().write(AFTER, new ByteArrayInputStream(content), MOST_BYTES);
            return Change.putting(actionType(), path, before, kept(desk, AFTER));
        }
        Place place = Place.of(path);
        try (Folder folder = desk.agent().enter(place.folders())) {
            folder.copy(place.name(), desk.journal(), BEFORE, MOST_BYTES);
        }
        Trace kept = kept(desk, BEFORE);
        try (InputStream old = append ? Files.newInputStream(desk.journalPath().resolve(BEFORE)) : InputStream.nullInputStream()) {
            desk.journal().write(AFTER, new SequenceInputStream(old, new ByteArrayInputStream(content)), MOST_BYTES);
        }
        desk.journal().permitLike(BEFORE, AFTER);
        return Change.putting(actionType(), path, kept, kept(desk, AFTER));
    }

    /** Made outside, all of them at once, and moved in as one. */
    private Change makeFolders(Desk desk, Place place) throws IOException {
        int known = 0;
        while (known < place.steps().size() && trace(desk, upTo(place, known + 1)).isFolder()) {
            known++;
        }
        if (known == place.steps().size() || !trace(desk, upTo(place, known + 1)).isAbsent()) {
            throw new NotPossible("exists", upTo(place, Math.min(known + 1, place.steps().size())) + " exists already.");
        }
        Path made = Files.createDirectory(desk.journalPath().resolve(AFTER));
        for (String step : place.steps().subList(known + 1, place.steps().size())) {
            made = Files.createDirectory(made.resolve(step));
        }
        return new Change(actionType(), null, upTo(place, known + 1), place.toString(), Trace.ABSENT, Trace.FOLDER);
    }

    private static String upTo(Place place, int steps) {
        return String.join("/", place.steps().subList(0, steps));
    }

    // ---- the one step, and back ----

    private static void happen(Desk desk, Change change) throws IOException {
        if (change.taken() != null && change.put() != null) {
            move(desk, change.taken(), change.put());
        } else if (change.put() != null) {
            Place to = Place.of(change.put());
            try (Folder folder = desk.agent().enter(to.folders())) {
                desk.journal().move(AFTER, folder, to.name());
            }
        } else if (change.taken() != null) {
            Place from = Place.of(change.taken());
            try (Folder folder = desk.agent().enter(from.folders())) {
                folder.move(from.name(), desk.journal(), BEFORE);
            }
        }
    }

    private static void undo(Desk desk, Change change) throws IOException {
        if (change.put() != null && trace(desk, change.put()).equals(change.before())
                && (change.taken() == null || !trace(desk, change.taken()).isAbsent())) {
            return; // undone before, by an attempt that could not say so
        }
        if (change.put() != null && !trace(desk, change.put()).equals(change.after())) {
            throw new NotPossible("changed_since", change.put() + " was changed since; undoing would lose that.");
        }
        if (change.deepest() != null) {
            removeFolders(desk, change);
        } else if (change.taken() != null) {
            putBack(desk, change);
        } else if (change.put() != null) {
            Place place = Place.of(change.put());
            try (Folder folder = desk.agent().enter(place.folders())) {
                if (change.before().isAbsent()) {
                    folder.move(place.name(), desk.journal(), UNDONE);
                } else {
                    Files.deleteIfExists(desk.journalPath().resolve(RESTORED));
                    desk.journal().copy(BEFORE, desk.journal(), RESTORED, MOST_BYTES);
                    desk.journal().move(RESTORED, folder, place.name());
                }
            }
        }
    }

    private static void putBack(Desk desk, Change change) throws IOException {
        String taken = String.valueOf(change.taken());
        if (!trace(desk, taken).isAbsent()) {
            if (change.put() == null && kept(desk, BEFORE).isAbsent()) {
                return; // put back before
            }
            throw new NotPossible("changed_since", "There is something else at " + taken + " now.");
        }
        if (change.put() != null) {
            move(desk, change.put(), taken);
        } else {
            Place place = Place.of(taken);
            try (Folder folder = desk.agent().enter(place.folders())) {
                desk.journal().move(BEFORE, folder, place.name());
            }
        }
    }

    private static void removeFolders(Desk desk, Change change) throws IOException {
        Place deepest = Place.of(String.valueOf(change.deepest()));
        int first = Place.of(String.valueOf(change.put())).steps().size();
        for (int steps = deepest.steps().size(); steps >= first; steps--) {
            String path = upTo(deepest, steps);
            if (trace(desk, path).isAbsent()) {
                continue;
            }
            if (!isEmpty(desk, path)) {
                throw new NotPossible("changed_since", "The folder " + path + " is not empty any more.");
            }
            Place place = Place.of(path);
            try (Folder above = desk.agent().enter(place.folders())) {
                above.removeFolder(place.name());
            }
        }
    }

    private static void move(Desk desk, String from, String to) throws IOException {
        Place source = Place.of(from);
        Place target = Place.of(to);
        try (Folder left = desk.agent().enter(source.folders()); Folder entered = desk.agent().enter(target.folders())) {
            left.move(source.name(), entered, target.name());
        }
    }

    // ---- looking ----

    private static Trace trace(Desk desk, String path) throws IOException {
        Place place = Place.of(path);
        try (Folder folder = desk.agent().enter(place.folders())) {
            return folder.trace(place.name(), MOST_BYTES);
        }
    }

    private static Trace kept(Desk desk, String name) throws IOException {
        return desk.journal().trace(name, MOST_BYTES);
    }

    private static boolean isEmpty(Desk desk, String path) throws IOException {
        Place place = Place.of(path);
        try (Folder folder = desk.agent().enter(place.folders())) {
            return folder.isEmpty(place.name());
        }
    }

    private static void mustBeFree(Desk desk, String path) throws IOException {
        if (!trace(desk, path).isAbsent()) {
            throw new NotPossible("exists", path + " exists already.");
        }
    }

    private static Trace mustBeFile(Desk desk, String path) throws IOException {
        Trace found = trace(desk, path);
        if (!found.isFile()) {
            throw new NotPossible("no_such_file", "There is no file " + path + ".");
        }
        return found;
    }

    // ---- the journal ----

    private static void record(Desk desk, Change change) throws IOException {
        desk.journal().write("change.new", new ByteArrayInputStream(JSON.writeValueAsBytes(change)), MOST_BYTES);
        desk.journal().move("change.new", desk.journal(), RECORD);
    }

    private static Optional<Change> recorded(Desk desk) throws IOException {
        Path file = desk.journalPath().resolve(RECORD);
        return Files.exists(file) ? Optional.of(JSON.readValue(Files.readAllBytes(file), Change.class)) : Optional.empty();
    }

    /** What an attempt that came to nothing left behind. */
    private static void sweep(Path journal) throws IOException {
        try (Stream<Path> left = Files.walk(journal)) {
            for (Path path : left.sorted(Comparator.reverseOrder()).filter(path -> !path.equals(journal)).toList()) {
                Files.delete(path);
            }
        }
    }

    private <T> T atDesk(Attempt attempt, Task<T> task) throws IOException, InterruptedException {
        Path place = workspaces.of(attempt);
        Path journalPath = workspaces.journal(attempt);
        ReentrantLock lock = workspaces.lock(place);
        lock.lockInterruptibly();
        try (Folder agent = Folder.of(place); Folder journal = Folder.of(journalPath)) {
            return task.at(new Desk(agent, journal, journalPath));
        } finally {
            lock.unlock();
        }
    }

    // ---- saying ----

    /** What may throw. */
    @FunctionalInterface
    private interface Effect {

        ExecutionOutcome take() throws IOException, InterruptedException;
    }

    private static ExecutionOutcome orWhyNot(Effect effect) {
        try {
            return effect.take();
        } catch (NotPossible why) {
            return new Failed(why.code(), why.sentence(), null);
        } catch (InterruptedException | ClosedByInterruptException stopped) {
            return new TimedOut("The time was up before anything was changed.");
        } catch (NoSuchFileException | DirectoryNotEmptyException | FileAlreadyExistsException moved) {
            return new Failed("changed_meanwhile", "Somebody else changed the folder at the same time, so nothing was done.", null);
        } catch (IOException other) {
            return new Failed("file_error", "The change could not be made (" + other.getClass().getSimpleName() + ").", null);
        }
    }

    private static Succeeded done(Change change) {
        ObjectNode said = about(change);
        if (change.after().isFile()) {
            said.put("bytes", change.after().bytes()).put("sha256", change.after().sha256());
        }
        return new Succeeded(said.toString(), new Rollback("restore", about(change).toString()), false, false);
    }

    private static ObjectNode about(Change change) {
        ObjectNode said = JSON.createObjectNode();
        put(said, "from", change.taken());
        put(said, "to", change.deepest() != null ? change.deepest() : change.put());
        return said;
    }

    private static void put(ObjectNode said, String name, @Nullable String path) {
        if (path != null) {
            said.put(name, path);
        }
    }
}
