package io.countersign.executors.git;

import io.countersign.command.preview.api.Lookout;
import io.countersign.executors.git.GitAction.Operation;
import io.countersign.executors.workspace.Folder;
import io.countersign.executors.workspace.NotPossible;
import io.countersign.executors.workspace.Place;
import io.countersign.executors.workspace.Texts;
import io.countersign.executors.workspace.Workspaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.Status;
import org.eclipse.jgit.api.StatusCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.util.io.NullOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looks into the agent's repository: what a commit would hold, what a push would send along. The remote is not asked. */
@Component
class GitLookout implements Lookout {

    private static final int MOST_COMMITS = 50;

    private final Workspaces workspaces;

    GitLookout(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    @Override
    public boolean looksAt(String actionType) {
        return operation(actionType).isPresent();
    }

    private static Optional<Operation> operation(String actionType) {
        return Arrays.stream(Operation.values()).filter(one -> one.wire().equals(actionType)).findFirst();
    }

    /** An open repository. */
    private record Desk(Git git, Path home, String folder, JsonNode params) {

        Repository repository() {
            return git.getRepository();
        }

        String text(String name, String otherwise) {
            String value = params.path(name).asString("");
            return value.isEmpty() ? otherwise : value;
        }

        String branch() throws IOException {
            return text("branch", Repository.shortenRefName(Objects.requireNonNullElse(repository().getFullBranch(), Constants.HEAD)));
        }

        byte[] file(String path) throws IOException {
            Place place = Place.of(folder.isEmpty() || folder.equals(".") ? path : folder + "/" + path);
            try (Folder own = Folder.of(home); Folder at = own.enter(place.folders())) {
                return at.read(place.name(), MOST_BYTES);
            }
        }
    }

    @Override
    public Sight look(Subject of) {
        Operation operation = operation(of.actionType()).orElseThrow();
        JsonNode params = JsonMapper.shared().readTree(of.params());
        String folder = params.path("working_dir").asString("");
        try {
            Optional<Path> home = workspaces.existing(of.workspace(), of.requesterId());
            if (home.isEmpty()) {
                return Sight.none("The agent has no folder yet, so there is no repository.");
            }
            try (Git git = Checkout.open(home.get(), folder)) {
                Desk desk = new Desk(git, home.get(), folder, params);
                return switch (operation) {
                    case GIT_COMMIT -> commit(desk);
                    case GIT_PUSH -> push(desk);
                    case GIT_PULL -> facts(List.of(new Fact("Branch", desk.branch()), remote(desk)), null);
                    case GIT_CHECKOUT -> facts(List.of(new Fact("Now on", now(desk)), new Fact("Then on", desk.branch())), null);
                    case GIT_BRANCH -> named(desk, Constants.R_HEADS, GitAction.flag(desk.params(), "delete"));
                    case GIT_TAG -> named(desk, Constants.R_TAGS, false);
                };
            }
        } catch (NotPossible refused) {
            return Sight.none(refused.sentence());
        } catch (GitAPIException | JGitInternalException | IOException failed) {
            return Sight.none("The repository could not be looked into.");
        }
    }

    // ---- a commit ----

    private static Sight commit(Desk desk) throws IOException, GitAPIException {
        List<String> paths = GitAction.paths(desk.params());
        StatusCommand asked = desk.git().status();
        paths.forEach(asked::addPath);
        Status status = asked.call();
        Set<String> all = new TreeSet<>();
        for (Set<String> some : List.of(status.getAdded(), status.getChanged(), status.getModified(), status.getRemoved(), status.getMissing(),
                status.getUntracked())) {
            all.addAll(some);
        }
        List<Change> changes = new ArrayList<>();
        try (RevWalk walk = new RevWalk(desk.repository())) {
            ObjectId head = desk.repository().resolve(Constants.HEAD);
            RevTree tree = head == null ? null : walk.parseCommit(head).getTree();
            for (String path : all.stream().limit(MOST_FILES).toList()) {
                boolean gone = status.getMissing().contains(path) || status.getRemoved().contains(path) && !status.getUntracked().contains(path);
                changes.add(change(path, path, () -> blob(desk, tree, path), () -> gone ? null : desk.file(path)));
            }
        }
        List<Fact> facts = List.of(new Fact("Branch", now(desk)), new Fact("Files", all.size() + (all.size() == 1 ? " file" : " files")));
        return new Sight(facts, List.copyOf(changes), List.of(), all.size() - changes.size(),
                all.isEmpty() ? "Nothing has changed there, so there would be nothing to commit." : null);
    }

    private static byte @Nullable [] blob(Desk desk, @Nullable RevTree tree, String path) throws IOException {
        if (tree == null) {
            return null;
        }
        try (TreeWalk found = TreeWalk.forPath(desk.repository(), path, tree)) {
            return found == null ? null : bytes(desk, found.getObjectId(0));
        }
    }

    private static byte[] bytes(Desk desk, ObjectId id) throws IOException {
        try (ObjectReader reader = desk.repository().newObjectReader()) {
            return reader.open(id).getCachedBytes(MOST_BYTES);
        }
    }

    /** Where bytes come from. */
    @FunctionalInterface
    private interface Source {

        byte @Nullable [] read() throws IOException;
    }

    private static Change change(String path, String name, Source before, Source after) throws IOException {
        try {
            return Texts.change(name, before.read(), after.read());
        } catch (LargeObjectException large) {
            return new Change(path, "changed", null, null, "too long to be shown");
        } catch (NotPossible refused) {
            return new Change(path, "changed", null, null, refused.sentence());
        }
    }

    // ---- a push ----

    private static Sight push(Desk desk) throws IOException {
        String branch = desk.branch();
        String remote = desk.text("remote", Constants.DEFAULT_REMOTE_NAME);
        List<Fact> facts = new ArrayList<>(List.of(new Fact("Branch", branch), remote(desk)));
        ObjectId tip = desk.repository().resolve(Constants.R_HEADS + branch);
        ObjectId known = desk.repository().resolve(Constants.R_REMOTES + remote + "/" + branch);
        if (tip == null) {
            return facts(facts, "There is no branch " + branch + ", so this would fail.");
        }
        List<String> commits = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        int more;
        try (RevWalk walk = new RevWalk(desk.repository())) {
            RevCommit last = walk.parseCommit(tip);
            walk.markStart(last);
            if (known != null) {
                walk.markUninteresting(walk.parseCommit(known));
            }
            int ahead = 0;
            for (RevCommit commit = walk.next(); commit != null && ahead <= MOST_COMMITS; commit = walk.next()) {
                if (ahead++ < MOST_COMMITS) {
                    commits.add(commit.name().substring(0, 10) + "  " + commit.getShortMessage() + "  (" + commit.getAuthorIdent().getName() + ")");
                }
            }
            String number = ahead > MOST_COMMITS ? "more than " + MOST_COMMITS : String.valueOf(ahead);
            facts.add(new Fact("Ahead by", number + (ahead == 1 ? " commit" : " commits") + (known == null ? "; what the remote has of it is not known here"
                    : " of what was last seen of the remote")));
            more = known == null || ahead == 0 ? 0 : between(desk, walk.parseCommit(known).getTree(), last.getTree(), changes);
        }
        return new Sight(List.copyOf(facts), List.copyOf(changes), List.copyOf(commits), more,
                commits.isEmpty() ? "The remote was last seen with all of this, so there may be nothing to push." : null);
    }

    private static int between(Desk desk, RevTree before, RevTree after, List<Change> changes) throws IOException {
        try (DiffFormatter diff = new DiffFormatter(NullOutputStream.INSTANCE)) {
            diff.setRepository(desk.repository());
            List<DiffEntry> entries = diff.scan(before, after);
            for (DiffEntry entry : entries.subList(0, Math.min(MOST_FILES, entries.size()))) {
                boolean added = entry.getChangeType() == DiffEntry.ChangeType.ADD;
                boolean gone = entry.getChangeType() == DiffEntry.ChangeType.DELETE;
                String path = gone ? entry.getOldPath() : entry.getNewPath();
                changes.add(change(path, path, () -> added ? null : bytes(desk, entry.getOldId().toObjectId()),
                        () -> gone ? null : bytes(desk, entry.getNewId().toObjectId())));
            }
            return entries.size() - changes.size();
        }
    }

    // ---- the rest ----

    private static Sight named(Desk desk, String where, boolean delete) throws IOException {
        String name = desk.text("name", "");
        ObjectId there = desk.repository().resolve(where + name);
        ObjectId head = desk.repository().resolve(Constants.HEAD);
        Set<Fact> facts = new LinkedHashSet<>(List.of(new Fact("Name", name), new Fact("Now on", now(desk))));
        if (delete ? there != null : head != null) {
            facts.add(new Fact("At commit", (delete ? there : head).name()));
        }
        String trouble = delete && there == null ? "There is none of this name, so this would fail."
                : !delete && there != null ? "There is one of this name already, so this would fail." : null;
        return facts(List.copyOf(facts), trouble);
    }

    private static String now(Desk desk) throws IOException {
        return Repository.shortenRefName(Objects.requireNonNullElse(desk.repository().getFullBranch(), "no branch"));
    }

    private static Fact remote(Desk desk) {
        String name = desk.text("remote", Constants.DEFAULT_REMOTE_NAME);
        String url = GitAction.isRemote(name) ? desk.repository().getConfig().getString("remote", name, "url") : null;
        return new Fact("Remote " + name, url == null ? "not known" : url);
    }

    private static Sight facts(List<Fact> facts, @Nullable String trouble) {
        return new Sight(facts, List.of(), List.of(), 0, trouble);
    }
}
