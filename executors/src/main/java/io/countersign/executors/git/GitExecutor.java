package io.countersign.executors.git;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.vault.api.Secrets;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.TimedOut;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.Masking;
import io.countersign.executors.git.GitAction.Operation;
import io.countersign.executors.outbound.Credential;
import io.countersign.executors.outbound.Deadline;
import io.countersign.executors.outbound.OutboundClient;
import io.countersign.executors.workspace.NotPossible;
import io.countersign.executors.workspace.Workspaces;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.api.CommitCommand;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.MergeCommand.FastForwardMode;
import org.eclipse.jgit.api.MergeResult;
import org.eclipse.jgit.api.TransportCommand;
import org.eclipse.jgit.api.errors.EmptyCommitException;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.SubmoduleConfig.FetchRecurseSubmodulesMode;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.TransportHttp;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Does one kind of git action. Where things stood is written down first, so that it can be told afterwards whether it happened. What goes to a
 * remote goes through the one client of the house, with the credential that the entry names.
 */
final class GitExecutor implements ActionExecutor {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BEGUN = "git.json";
    private static final int MOST_LOOKED_AT = 100;
    private static final int MOST_CHANGES = 1_000;
    private static final Masking MASKING = Masking.of(List.of());
    private static final Failed NOT_DONE = new Failed("not_done", "", null);

    private final Operation operation;
    private final Workspaces workspaces;
    private final OutboundClient client;
    private final Secrets secrets;
    private final Clock clock;

    GitExecutor(Operation operation, Workspaces workspaces, OutboundClient client, Secrets secrets, Clock clock) {
        this.operation = operation;
        this.workspaces = workspaces;
        this.client = client;
        this.secrets = secrets;
        this.clock = clock;
    }

    @Override
    public String actionType() {
        return operation.wire();
    }

    @Override
    public String version() {
        return "1";
    }

    /** An open repository, and what is to be done in it. */
    private record Desk(Git git, Attempt attempt, JsonNode params, Duration timeLeft, Path journal) {

        Repository repository() {
            return git.getRepository();
        }

        String text(String name, String otherwise) {
            String value = params.path(name).asString("");
            return value.isEmpty() ? otherwise : value;
        }

        /** The branch that is named, or else the current one. */
        String branch() throws IOException {
            String current = repository().getFullBranch();
            if (!params.has("branch") && (current == null || !current.startsWith(Constants.R_HEADS))) {
                throw new NotPossible("no_branch", "No branch is checked out; name one.");
            }
            return named(text("branch", current == null ? "" : Repository.shortenRefName(current)));
        }
    }

    /** What is done at a desk. */
    @FunctionalInterface
    private interface Task {

        ExecutionOutcome at(Desk desk) throws IOException, GitAPIException, Credential.Missing;
    }

    @Override
    public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) throws InterruptedException {
        return atDesk(attempt, timeLeft, desk -> switch (operation) {
            case GIT_COMMIT -> commit(desk);
            case GIT_PUSH -> push(desk, Constants.R_HEADS + desk.branch(), desk.text("remote", Constants.DEFAULT_REMOTE_NAME));
            case GIT_PULL -> pull(desk);
            case GIT_CHECKOUT -> checkout(desk);
            case GIT_BRANCH -> branch(desk);
            case GIT_TAG -> tag(desk);
        });
    }

    @Override
    public Optional<ExecutionOutcome> lookUp(Attempt attempt, Duration timeLeft) throws InterruptedException {
        ExecutionOutcome found = atDesk(attempt, timeLeft, desk -> {
            Path begun = desk.journal().resolve(BEGUN);
            return Files.exists(begun) ? whether(desk, JSON.readTree(Files.readAllBytes(begun))) : NOT_DONE;
        });
        return found.equals(NOT_DONE) ? Optional.empty()
                : Optional.of(found instanceof Failed failed ? new Unknown("lookup_failed", failed.error()) : found);
    }

    /** Done, not done, or neither can be said. */
    private ExecutionOutcome whether(Desk desk, JsonNode begun) throws IOException, GitAPIException, Credential.Missing {
        Repository repository = desk.repository();
        String name = begun.path("ref").asString("");
        String before = begun.path("before").asString("");
        String after = begun.path("after").asString("");
        if (operation == Operation.GIT_COMMIT) {
            return committedSince(desk, before);
        }
        boolean remote = operation == Operation.GIT_PUSH || begun.has("remote");
        String now = remote ? remoteId(desk, begun.path("remote").asString(""), name) : id(repository.resolve(name));
        return now.equals(after) ? told(desk, name, after) : now.equals(before) ? NOT_DONE
                : new Unknown("changed_since", name + " stands neither where it stood nor where it was meant to.");
    }

    private ExecutionOutcome committedSince(Desk desk, String before) throws IOException {
        ObjectId head = desk.repository().resolve(Constants.HEAD);
        if (id(head).equals(before)) {
            return NOT_DONE;
        }
        try (RevWalk walk = new RevWalk(desk.repository())) {
            RevCommit at = head == null ? null : walk.parseCommit(head);
            for (int seen = 0; at != null && seen < MOST_LOOKED_AT && !at.name().equals(before); seen++) {
                if (at.getFullMessage().equals(desk.text("message", "")) && (at.getParentCount() == 0 ? "" : at.getParent(0).name()).equals(before)) {
                    return told(desk, Constants.HEAD, at.name());
                }
                at = at.getParentCount() == 0 ? null : walk.parseCommit(at.getParent(0));
            }
        }
        return new Unknown("changed_since", "There are other commits since, and none of them is this one.");
    }

    // ---- what is there ----

    @Override
    public boolean observes() {
        return true;
    }

    /** Without waiting for what else is done in the folder. */
    @Override
    public Optional<Observation> observe(Attempt attempt, Duration timeLeft) {
        List<Fact> facts = new ArrayList<>();
        ExecutionOutcome ended = look(attempt, timeLeft, desk -> {
            facts(desk, facts);
            return NOT_DONE;
        });
        String subject = JSON.readTree(attempt.params()).path("working_dir").asString("the agent's folder");
        return Optional.of(ended instanceof Failed failed && !failed.equals(NOT_DONE) ? Observation.unseen(subject, failed.error())
                : Observation.of(subject, facts));
    }

    private void facts(Desk desk, List<Fact> facts) throws IOException, GitAPIException, Credential.Missing {
        String origin = desk.text("remote", Constants.DEFAULT_REMOTE_NAME);
        switch (operation) {
            case GIT_COMMIT -> {
                facts.add(standing(desk, Constants.HEAD));
                facts.add(new Fact("Changes", changes(desk)));
            }
            case GIT_PUSH, GIT_PULL -> {
                String ref = Constants.R_HEADS + desk.branch();
                facts.add(standing(desk, ref));
                facts.add(new Fact(ref + " at " + origin, place(remoteId(desk, origin, ref))));
            }
            case GIT_CHECKOUT -> {
                facts.add(new Fact("Checked out", String.valueOf(desk.repository().getFullBranch())));
                facts.add(standing(desk, Constants.R_HEADS + desk.branch()));
            }
            case GIT_BRANCH -> {
                facts.add(standing(desk, Constants.HEAD));
                facts.add(standing(desk, Constants.R_HEADS + named(desk.text("name", ""))));
            }
            case GIT_TAG -> {
                String ref = Constants.R_TAGS + named(desk.text("name", ""));
                facts.add(standing(desk, Constants.HEAD));
                facts.add(standing(desk, ref));
                if (GitAction.flag(desk.params(), "push")) {
                    facts.add(new Fact(ref + " at " + Constants.DEFAULT_REMOTE_NAME, place(remoteId(desk, Constants.DEFAULT_REMOTE_NAME, ref))));
                }
            }
        }
    }

    private static Fact standing(Desk desk, String ref) throws IOException {
        return new Fact(ref, place(id(desk.repository().resolve(ref))));
    }

    private static String place(String id) {
        return id.isEmpty() ? "not there" : id;
    }

    /** What differs from the last commit, among the paths that are named: how many, and a digest over them. */
    private static String changes(Desk desk) throws IOException, GitAPIException {
        var status = desk.git().status();
        GitAction.paths(desk.params()).forEach(status::addPath);
        var found = status.call();
        Set<String> paths = new TreeSet<>(found.getUncommittedChanges());
        paths.addAll(found.getUntracked());
        if (paths.size() > MOST_CHANGES) {
            throw new NotPossible("too_large", "More than " + MOST_CHANGES + " files have changed.");
        }
        MessageDigest digest = sha256();
        for (String path : paths) {
            Path file = desk.repository().getWorkTree().toPath().resolve(path);
            digest.update((path + "\0").getBytes(StandardCharsets.UTF_8));
            digest.update(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? hash(file) : new byte[] {0});
        }
        return paths.isEmpty() ? "none" : paths.size() + (paths.size() == 1 ? " file" : " files") + ", SHA-256 " + HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static byte[] hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream content = new DigestInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), digest)) {
            content.transferTo(OutputStream.nullOutputStream());
        }
        return digest.digest();
    }

    // ---- what is done ----

    private ExecutionOutcome commit(Desk desk) throws IOException, GitAPIException {
        begin(desk, Constants.HEAD, id(desk.repository().resolve(Constants.HEAD)), "", null);
        List<String> paths = GitAction.paths(desk.params());
        Attempt attempt = desk.attempt();
        PersonIdent author = new PersonIdent(attempt.config().getOrDefault(GitAction.NAME, attempt.requesterId()),
                attempt.config().getOrDefault(GitAction.EMAIL, attempt.requesterId() + "@agents.invalid"), clock.instant(), ZoneOffset.UTC);
        CommitCommand commit = desk.git().commit().setMessage(desk.text("message", "")).setAuthor(author).setCommitter(author).setNoVerify(true)
                .setSign(false).setAllowEmpty(false);
        if (paths.isEmpty()) {
            desk.git().add().addFilepattern(".").call();
            desk.git().add().setUpdate(true).addFilepattern(".").call();
        }
        for (String path : paths) {
            desk.git().add().addFilepattern(path).call();
            commit.setOnly(path);
        }
        try {
            return told(desk, Constants.HEAD, commit.call().name());
        } catch (EmptyCommitException empty) {
            return new Failed("nothing_to_commit", "Nothing has changed, so nothing was committed.", null);
        } catch (JGitInternalException unknownPath) {
            if (paths.isEmpty()) {
                throw unknownPath;
            }
            return new Failed("no_such_path", "One of the paths holds nothing that could be committed.", null);
        }
    }

    private ExecutionOutcome push(Desk desk, String ref, String remote) throws IOException, GitAPIException, Credential.Missing {
        ObjectId after = desk.repository().resolve(ref);
        if (after == null) {
            throw new NotPossible("no_such_branch", "There is no " + ref + ".");
        }
        String before = remoteId(desk, remote, ref);
        begin(desk, ref, before, after.name(), remote);
        if (Thread.interrupted() || Deadline.isOver(desk.attempt())) {
            return new TimedOut("The time was up before anything was sent.");
        }
        try {
            var results = connected(desk, remote, desk.git().push()).setRemote(address(desk, remote).toString())
                    .setRefSpecs(new RefSpec(ref + ":" + ref)).setAtomic(false).setForce(false).call();
            for (var result : results) {
                RemoteRefUpdate update = result.getRemoteUpdate(ref);
                if (update != null) {
                    return switch (update.getStatus()) {
                        case OK, UP_TO_DATE -> told(desk, ref, after.name());
                        case AWAITING_REPORT, NOT_ATTEMPTED -> new Unknown("no_report", "The remote did not say what became of the push.");
                        default -> new Failed("push_rejected", MASKING.sentence(remote + " did not take it: "
                                + update.getStatus().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                                + (update.getMessage() == null ? "." : ": " + update.getMessage())), null);
                    };
                }
            }
            return new Unknown("no_report", "The remote did not say what became of the push.");
        } catch (GitAPIException | JGitInternalException broken) {
            return new Unknown("push_broken", MASKING.sentence("The push broke off: " + broken.getMessage()));
        }
    }

    private ExecutionOutcome pull(Desk desk) throws IOException, GitAPIException, Credential.Missing {
        String remote = desk.text("remote", Constants.DEFAULT_REMOTE_NAME);
        String branch = desk.branch();
        String followed = Constants.R_REMOTES + remote + "/" + branch;
        connected(desk, remote, desk.git().fetch()).setRemote(address(desk, remote).toString()).setTagOpt(TagOpt.NO_TAGS)
                .setRecurseSubmodules(FetchRecurseSubmodulesMode.NO).setRefSpecs(new RefSpec("+" + Constants.R_HEADS + branch + ":" + followed)).call();
        Ref fetched = desk.repository().exactRef(followed);
        if (fetched == null) {
            throw new NotPossible("no_such_branch", remote + " has no branch " + branch + ".");
        }
        if (!(Constants.R_HEADS + branch).equals(desk.repository().getFullBranch())) {
            throw new NotPossible("other_branch", "The branch " + branch + " is not checked out; check it out first.");
        }
        MergeResult merged = desk.git().merge().include(fetched).setFastForward(FastForwardMode.FF_ONLY).call();
        Checkout.mustHoldNoLinks(desk.repository().getWorkTree().toPath());
        return merged.getMergeStatus().isSuccessful() ? told(desk, Constants.R_HEADS + branch, fetched.getObjectId().name())
                : new Failed("not_fast_forward", "The branch has gone another way (" + merged.getMergeStatus() + "); it was fetched and not changed.", null);
    }

    private ExecutionOutcome checkout(Desk desk) throws IOException, GitAPIException {
        String branch = desk.branch();
        String ref = Constants.R_HEADS + branch;
        boolean create = GitAction.flag(desk.params(), "create");
        if (create && desk.attempt().attempt() > 1 && ref.equals(desk.repository().getFullBranch())) {
            return told(desk, ref, id(desk.repository().resolve(ref)));
        }
        if (!create && desk.repository().exactRef(ref) == null) {
            throw new NotPossible("no_such_branch", "There is no branch " + branch + ".");
        }
        desk.git().checkout().setName(create ? branch : ref.substring(Constants.R_HEADS.length())).setCreateBranch(create).setForced(false).call();
        Checkout.mustHoldNoLinks(desk.repository().getWorkTree().toPath());
        return told(desk, ref, id(desk.repository().resolve(ref)));
    }

    private ExecutionOutcome branch(Desk desk) throws IOException, GitAPIException {
        String ref = Constants.R_HEADS + named(desk.text("name", ""));
        String before = id(desk.repository().resolve(ref));
        if (GitAction.flag(desk.params(), "delete")) {
            begin(desk, ref, before, "", null);
            if (before.isEmpty()) {
                throw new NotPossible("no_such_branch", "There is no branch " + desk.text("name", "") + ".");
            }
            desk.git().branchDelete().setBranchNames(desk.text("name", "")).setForce(false).call();
            return told(desk, ref, "");
        }
        String head = id(desk.repository().resolve(Constants.HEAD));
        begin(desk, ref, before, head, null);
        desk.git().branchCreate().setName(desk.text("name", "")).setForce(false).call();
        return told(desk, ref, head);
    }

    private ExecutionOutcome tag(Desk desk) throws IOException, GitAPIException, Credential.Missing {
        String name = named(desk.text("name", ""));
        String ref = Constants.R_TAGS + name;
        boolean push = GitAction.flag(desk.params(), "push");
        String before = id(desk.repository().resolve(ref));
        boolean setBefore = push && desk.attempt().attempt() > 1 && !before.isEmpty();
        if (!setBefore) {
            begin(desk, ref, before, "", null);
            PersonIdent tagger = new PersonIdent(desk.attempt().requesterId(), desk.attempt().requesterId() + "@agents.invalid", clock.instant(), ZoneOffset.UTC);
            String message = desk.text("message", "");
            Ref set = desk.git().tag().setName(name).setAnnotated(!message.isEmpty()).setMessage(message.isEmpty() ? null : message)
                    .setTagger(message.isEmpty() ? null : tagger)
                    .setSigned(false).setForceUpdate(false).call();
            begin(desk, ref, before, id(set.getObjectId()), null);
        }
        return push ? push(desk, ref, Constants.DEFAULT_REMOTE_NAME) : told(desk, ref, id(desk.repository().resolve(ref)));
    }

    // ---- the other side ----

    private String remoteId(Desk desk, String remote, String ref) throws IOException, GitAPIException, Credential.Missing {
        return connected(desk, remote, Git.lsRemoteRepository()).setRemote(address(desk, remote).toString()).setHeads(ref.startsWith(Constants.R_HEADS))
                .setTags(ref.startsWith(Constants.R_TAGS)).call().stream().filter(found -> found.getName().equals(ref)).map(found -> id(found.getObjectId()))
                .findFirst().orElse("");
    }

    private URI address(Desk desk, String remote) throws IOException {
        if (!GitAction.isRemote(remote)) {
            throw new NotPossible("name_refused", "This is no name of a remote.");
        }
        String url = desk.repository().getConfig().getString("remote", remote, "url");
        try {
            URI uri = new URI(url == null ? "" : url);
            boolean spoken = uri.getHost() != null && uri.getRawUserInfo() == null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()));
            if (!spoken) {
                throw new NotPossible("address_refused", url == null ? "There is no remote " + remote + "."
                        : "The address of " + remote + " is not one of https without a user name.");
            }
            String hosts = desk.attempt().config().get(GitAction.HOSTS);
            if (hosts != null && List.of(hosts.toLowerCase(Locale.ROOT).split("\\s*,\\s*")).stream().noneMatch(uri.getHost().toLowerCase(Locale.ROOT)::equals)) {
                throw new NotPossible("host_not_allowed", uri.getHost() + " is not among the hosts this entry may reach. Nothing was sent.");
            }
            return uri;
        } catch (URISyntaxException unreadable) {
            throw new NotPossible("address_refused", "The address of " + remote + " cannot be read.");
        }
    }

    private <C extends TransportCommand<C, ?>> C connected(Desk desk, String remote, C command) throws IOException, Credential.Missing {
        var way = new HashMap<>(desk.attempt().config());
        way.putIfAbsent(Credential.SCHEME, "basic");
        way.putIfAbsent(Credential.USERNAME, "git");
        Credential credential = Credential.of(way, desk.attempt(), address(desk, remote), secrets);
        return command.setTimeout((int) Math.clamp(desk.timeLeft().toSeconds(), 1, 600)).setTransportConfigCallback(transport -> {
            if (!(transport instanceof TransportHttp http)) {
                throw new IllegalStateException("Only https is spoken.");
            }
            http.setHttpConnectionFactory(new CheckedConnection.Factory(client));
            http.setAdditionalHeaders(credential.headers());
        });
    }

    // ---- around it ----

    private ExecutionOutcome atDesk(Attempt attempt, Duration timeLeft, Task task) throws InterruptedException {
        ReentrantLock lock;
        try {
            lock = workspaces.lock(workspaces.of(attempt));
        } catch (IOException e) {
            return new Failed("git_error", "The agent's folder cannot be opened.", null);
        }
        lock.lockInterruptibly();
        try {
            return look(attempt, timeLeft, task);
        } finally {
            lock.unlock();
        }
    }

    private ExecutionOutcome look(Attempt attempt, Duration timeLeft, Task task) {
        JsonNode params = JSON.readTree(attempt.params());
        try (Git git = Checkout.open(workspaces.of(attempt), params.path("working_dir").asString(""))) {
            return task.at(new Desk(git, attempt, params, timeLeft, workspaces.journal(attempt)));
        } catch (NotPossible why) {
            return new Failed(why.code(), why.sentence(), null);
        } catch (Credential.Missing missing) {
            return missing.outcome();
        } catch (GitAPIException | JGitInternalException | IOException e) {
            return new Failed("git_error", MASKING.sentence("Git says: " + e.getMessage()), null);
        }
    }

    private static void begin(Desk desk, String ref, String before, String after, @Nullable String remote) throws IOException {
        ObjectNode begun = JSON.createObjectNode().put("ref", ref).put("before", before).put("after", after);
        if (remote != null) {
            begun.put("remote", remote);
        }
        Path written = Files.write(desk.journal().resolve(BEGUN + ".new"), JSON.writeValueAsBytes(begun));
        Files.move(written, desk.journal().resolve(BEGUN), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Succeeded told(Desk desk, String ref, String commit) throws IOException {
        String branch = String.valueOf(desk.repository().getFullBranch());
        return new Succeeded(JSON.createObjectNode().put("ref", ref).put("commit", commit).put("branch", Repository.shortenRefName(branch)).toString(), null,
                false, false);
    }

    private static String named(String name) throws NotPossible {
        if (!GitAction.isName(name)) {
            throw new NotPossible("name_refused", "This is no name for a branch or a tag.");
        }
        return name;
    }

    private static String id(@Nullable ObjectId id) {
        return id == null ? "" : id.name();
    }
}
