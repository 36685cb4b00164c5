package io.countersign.executors.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.ActionContent.Fact;
import io.countersign.command.action.api.ActionContent.Observation;
import io.countersign.command.catalogue.api.ActionType.GateFacts;
import io.countersign.executors.Attempts;
import io.countersign.executors.ExecutionOutcome;
import io.countersign.executors.ExecutionOutcome.Failed;
import io.countersign.executors.ExecutionOutcome.Succeeded;
import io.countersign.executors.ExecutionOutcome.Unknown;
import io.countersign.executors.LocalServer;
import io.countersign.executors.git.GitAction.Operation;
import io.countersign.executors.http.Keyhole;
import io.countersign.executors.outbound.OutboundClient;
import io.countersign.executors.workspace.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class GitExecutorTests {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration TIME = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final Map<String, String> config = new HashMap<>();
    private final Keyhole vault = new Keyhole().with("GIT_TOKEN", "tok-1234567", null);
    private GitServer server;
    private OutboundClient client;
    private Workspaces workspaces;
    private Path work;
    private int actions;

    @BeforeEach
    void open() throws Exception {
        StillSystem.settle();
        server = new GitServer(folder.resolve("far"));
        client = OutboundClient.allowing(server.hostAndPort());
        workspaces = new Workspaces(folder.resolve("data"));
        work = workspaces.of(attempt(Operation.GIT_COMMIT, "{}"));
        try (Git git = Git.init().setDirectory(work.toFile()).setInitialBranch("main").call()) {
            git.getRepository().getConfig().setString("remote", "origin", "url", server.url());
            git.getRepository().getConfig().save();
        }
        Files.writeString(work.resolve("a.txt"), "a");
        run(Operation.GIT_COMMIT, "message", "first");
        config.put("auth_vault_key", "GIT_TOKEN");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private Attempt attempt(Operation operation, String params) {
        return Attempts.with(Attempts.of("a-" + ++actions, Attempts.first(operation.wire(), params)), config);
    }

    private GitExecutor executor(Operation operation) {
        return new GitExecutor(operation, workspaces, client, vault, Clock.fixed(Attempts.NOON, ZoneOffset.UTC));
    }

    private static String params(String... namesAndValues) {
        ObjectNode params = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            params.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return params.toString();
    }

    private ExecutionOutcome run(Operation operation, String... params) throws InterruptedException {
        return executor(operation).execute(attempt(operation, params(params)), TIME);
    }

    private JsonNode done(Operation operation, String... params) throws InterruptedException {
        ExecutionOutcome outcome = run(operation, params);
        assertThat(outcome).as("%s", outcome).isInstanceOf(Succeeded.class);
        return JSON.readTree(((Succeeded) outcome).output());
    }

    private String failure(Operation operation, String... params) throws InterruptedException {
        ExecutionOutcome outcome = run(operation, params);
        assertThat(outcome).as("%s", outcome).isInstanceOf(Failed.class);
        return ((Failed) outcome).errorClass();
    }

    private static String id(Repository repository, String ref) throws IOException {
        ObjectId id = repository.resolve(ref);
        return id == null ? "" : id.name();
    }

    private String here(String ref) throws IOException {
        try (Git git = Git.open(work.toFile())) {
            return id(git.getRepository(), ref);
        }
    }

    /** Somebody else's commit at the far side. */
    private String commitThere(String file, String content) throws Exception {
        Path other = Files.createTempDirectory(folder, "other");
        try (Git git = Git.cloneRepository().setURI(folder.resolve("far").toUri().toString()).setDirectory(other.toFile()).call()) {
            Files.writeString(other.resolve(file), content);
            git.add().addFilepattern(".").call();
            String commit = git.commit().setMessage("theirs").setSign(false).setAuthor("T", "t@example.com").call().name();
            git.push().call();
            return commit;
        }
    }

    @Nested
    class Given_a_person_who_is_to_decide {

        private Observation seen(Operation operation, String... params) {
            return executor(operation).observe(attempt(operation, params(params)), TIME).orElseThrow();
        }

        @Test
        void a_push_shows_where_the_branch_stands_here_and_there_and_that_it_moved() throws Exception {
            done(Operation.GIT_PUSH);
            Observation then = seen(Operation.GIT_PUSH);
            assertThat(then.facts()).containsExactly(new Fact("refs/heads/main", here("HEAD")), new Fact("refs/heads/main at origin", here("HEAD")));
            assertThat(seen(Operation.GIT_PUSH)).isEqualTo(then);
            String theirs = commitThere("c.txt", "c");
            assertThat(then.differencesTo(seen(Operation.GIT_PUSH)))
                    .containsExactly("refs/heads/main at origin was " + here("HEAD") + ", is now " + theirs);
        }

        @Test
        void a_commit_shows_what_it_would_take_and_that_it_changed() throws Exception {
            Files.writeString(work.resolve("b.txt"), "b");
            Observation then = seen(Operation.GIT_COMMIT, "message", "second");
            assertThat(then.facts().getLast().value()).startsWith("1 file, SHA-256 ");
            assertThat(seen(Operation.GIT_COMMIT, "message", "second")).isEqualTo(then);
            Files.writeString(work.resolve("b.txt"), "something else");
            assertThat(then.differencesTo(seen(Operation.GIT_COMMIT, "message", "second"))).hasSize(1);
        }

        @Test
        void every_other_kind_shows_where_things_stand() throws Exception {
            assertThat(seen(Operation.GIT_TAG, "name", "v1").facts()).containsExactly(new Fact("HEAD", here("HEAD")), new Fact("refs/tags/v1", "not there"));
            assertThat(seen(Operation.GIT_BRANCH, "name", "side").facts()).contains(new Fact("refs/heads/side", "not there"));
            assertThat(seen(Operation.GIT_CHECKOUT, "branch", "main").facts()).contains(new Fact("Checked out", "refs/heads/main"));
        }

        @Test
        void a_remote_that_is_not_allowed_is_not_asked() throws Exception {
            config.put("allowed_hosts", "git.example.com");
            assertThat(seen(Operation.GIT_PUSH).unseen()).contains("not among the hosts");
            assertThat(server.requests()).isEmpty();
        }
    }

    @Nested
    class Given_changes_in_the_working_folder {

        @Test
        void all_of_them_are_committed_also_what_is_gone() throws Exception {
            Files.writeString(work.resolve("b.txt"), "b");
            Files.delete(work.resolve("a.txt"));
            String commit = done(Operation.GIT_COMMIT, "message", "second\n\nwhy").path("commit").asString();
            try (Git git = Git.open(work.toFile()); RevWalk walk = new RevWalk(git.getRepository())) {
                RevCommit made = walk.parseCommit(ObjectId.fromString(commit));
                assertThat(made.getFullMessage()).isEqualTo("second\n\nwhy");
                assertThat(made.getAuthorIdent().getEmailAddress()).isEqualTo("scout@agents.invalid");
                assertThat(made.getAuthorIdent().getWhenAsInstant()).isEqualTo(Attempts.NOON);
                assertThat(git.status().call().isClean()).isTrue();
            }
        }

        @Test
        void of_the_paths_that_are_named_and_no_others() throws Exception {
            Files.createDirectories(work.resolve("d"));
            Files.writeString(work.resolve("d/in.txt"), "1");
            Files.writeString(work.resolve("out.txt"), "1");
            String commit = done(Operation.GIT_COMMIT, "message", "part", "paths", "d/in.txt").path("commit").asString();
            try (Git git = Git.open(work.toFile()); RevWalk walk = new RevWalk(git.getRepository())) {
                RevCommit made = walk.parseCommit(ObjectId.fromString(commit));
                assertThat(TreeWalk.forPath(git.getRepository(), "d/in.txt", made.getTree())).isNotNull();
                assertThat(TreeWalk.forPath(git.getRepository(), "out.txt", made.getTree())).isNull();
            }
            assertThat(failure(Operation.GIT_COMMIT, "message", "none", "paths", "nowhere.txt")).isEqualTo("no_such_path");
        }

        @Test
        void without_any_nothing_is_committed() throws Exception {
            assertThat(failure(Operation.GIT_COMMIT, "message", "again")).isEqualTo("nothing_to_commit");
        }

        @Test
        void after_a_crash_the_commit_is_found_or_known_not_to_be_there() throws Exception {
            Files.writeString(work.resolve("b.txt"), "b");
            Attempt attempt = attempt(Operation.GIT_COMMIT, params("message", "second"));
            assertThat(executor(Operation.GIT_COMMIT).lookUp(attempt, TIME)).isEmpty();
            executor(Operation.GIT_COMMIT).execute(attempt, TIME);
            assertThat(executor(Operation.GIT_COMMIT).lookUp(attempt, TIME)).get().isInstanceOf(Succeeded.class);
        }
    }

    @Nested
    class Given_a_remote {

        @Test
        void a_branch_is_pushed_with_the_credential_of_the_entry() throws Exception {
            String commit = done(Operation.GIT_PUSH).path("commit").asString();
            assertThat(id(server.repository(), "refs/heads/main")).isEqualTo(commit).isEqualTo(here("HEAD"));
            assertThat(server.credentials()).containsOnly("Basic " + java.util.Base64.getEncoder().encodeToString("git:tok-1234567".getBytes()));
        }

        @Test
        void a_push_that_would_lose_commits_is_rejected() throws Exception {
            done(Operation.GIT_PUSH);
            String theirs = commitThere("b.txt", "theirs");
            Files.writeString(work.resolve("a.txt"), "mine");
            done(Operation.GIT_COMMIT, "message", "mine");
            assertThat(failure(Operation.GIT_PUSH)).isEqualTo("push_rejected");
            assertThat(id(server.repository(), "refs/heads/main")).isEqualTo(theirs);
            assertThat(failure(Operation.GIT_PULL)).isEqualTo("not_fast_forward");
        }

        @Test
        void a_branch_is_pulled() throws Exception {
            done(Operation.GIT_PUSH);
            String theirs = commitThere("b.txt", "theirs");
            assertThat(done(Operation.GIT_PULL).path("commit").asString()).isEqualTo(theirs);
            assertThat(work.resolve("b.txt")).hasContent("theirs");
        }

        @Test
        void a_push_whose_answer_is_lost_is_looked_up() throws Exception {
            server.breakOffAfterPush();
            Attempt attempt = attempt(Operation.GIT_PUSH, "{}");
            assertThat(executor(Operation.GIT_PUSH).lookUp(attempt, TIME)).isEmpty();
            assertThat(executor(Operation.GIT_PUSH).execute(attempt, TIME)).isInstanceOf(Unknown.class);
            assertThat(executor(Operation.GIT_PUSH).lookUp(attempt, TIME)).get().isInstanceOf(Succeeded.class);
        }

        @Test
        void a_tag_is_set_and_pushed() throws Exception {
            done(Operation.GIT_TAG, "name", "v1", "message", "one", "push", "true");
            assertThat(id(server.repository(), "refs/tags/v1")).isEqualTo(here("refs/tags/v1")).isNotEmpty();
            done(Operation.GIT_TAG, "name", "light");
            assertThat(id(server.repository(), "refs/tags/light")).isEmpty();
            assertThat(run(Operation.GIT_TAG, "name", "v1")).isInstanceOf(Failed.class);
        }

        @Test
        void a_link_that_others_committed_becomes_a_plain_file() throws Exception {
            done(Operation.GIT_PUSH);
            Path other = Files.createTempDirectory(folder, "linking");
            var made = new ProcessBuilder("sh", "-c", "git clone -q " + folder.resolve("far") + " . && ln -s /etc/passwd leak && git add leak && "
                    + "git -c user.name=T -c user.email=t@example.com commit -qm link && git push -q").directory(other.toFile()).inheritIO().start().waitFor();
            assertThat(made).isZero();
            done(Operation.GIT_PULL);
            assertThat(work.resolve("leak")).isRegularFile().satisfies(leak -> assertThat(Files.isSymbolicLink(leak)).isFalse()).hasContent("/etc/passwd");
        }
    }

    @Nested
    class Given_branches {

        @Test
        void they_are_made_changed_to_and_deleted() throws Exception {
            done(Operation.GIT_BRANCH, "name", "side");
            assertThat(done(Operation.GIT_CHECKOUT, "branch", "side").path("branch").asString()).isEqualTo("side");
            assertThat(done(Operation.GIT_CHECKOUT, "branch", "other", "create", "true").path("branch").asString()).isEqualTo("other");
            done(Operation.GIT_BRANCH, "name", "side", "delete", "true");
            assertThat(here("refs/heads/side")).isEmpty();
            assertThat(failure(Operation.GIT_CHECKOUT, "branch", "side")).isEqualTo("no_such_branch");
        }

        @Test
        void one_with_commits_of_its_own_is_not_deleted() throws Exception {
            done(Operation.GIT_CHECKOUT, "branch", "side", "create", "true");
            Files.writeString(work.resolve("b.txt"), "b");
            done(Operation.GIT_COMMIT, "message", "alone");
            done(Operation.GIT_CHECKOUT, "branch", "main");
            assertThat(failure(Operation.GIT_BRANCH, "name", "side", "delete", "true")).isEqualTo("git_error");
            assertThat(here("refs/heads/side")).isNotEmpty();
        }
    }

    @Nested
    class Given_a_repository_that_wants_more {

        @Test
        void hooks_are_not_run() throws Exception {
            Path hooks = Files.createDirectories(work.resolve(".git/hooks"));
            for (String hook : new String[] {"pre-commit", "commit-msg", "post-commit", "pre-push", "post-checkout", "post-merge"}) {
                Files.writeString(hooks.resolve(hook), "#!/bin/sh\ntouch " + folder.resolve("ran") + "\nexit 1\n");
                Files.setPosixFilePermissions(hooks.resolve(hook), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            Files.writeString(work.resolve("b.txt"), "b");
            done(Operation.GIT_COMMIT, "message", "second");
            done(Operation.GIT_PUSH);
            done(Operation.GIT_CHECKOUT, "branch", "side", "create", "true");
            assertThat(folder.resolve("ran")).doesNotExist();
        }

        @ParameterizedTest
        @ValueSource(strings = {"[core]\n\tworktree = /tmp", "[core]\n\thooksPath = /tmp", "[core]\n\tfsmonitor = touch x", "[core]\n\tsshCommand = touch x",
            "[filter \"x\"]\n\tclean = touch x", "[include]\n\tpath = /etc/hosts", "[url \"ext::sh -c x\"]\n\tinsteadOf = http", "[http]\n\tsslVerify = false",
            "[http]\n\tproxy = http://127.0.0.1:1", "[remote \"origin\"]\n\tuploadpack = touch x", "[gpg]\n\tprogram = touch x", "[credential]\n\thelper = x"})
        void a_configuration_that_says_more_is_refused(String more) throws Exception {
            Files.writeString(work.resolve(".git/config"), "\n" + more + "\n", java.nio.file.StandardOpenOption.APPEND);
            Files.writeString(work.resolve("b.txt"), "b");
            assertThat(failure(Operation.GIT_COMMIT, "message", "x")).isEqualTo("repository_refused");
            assertThat(failure(Operation.GIT_PUSH)).isEqualTo("repository_refused");
        }

        @ParameterizedTest
        @ValueSource(strings = {"ext::sh -c touch% x", "file:///tmp/x", "/tmp/x", "../x", "ssh://git@example.com/x", "git@example.com:x/y", "git://example.com/x",
            "http://user:pass@example.com/x", "ftp://example.com/x", ""})
        void nothing_but_https_is_spoken(String url) throws Exception {
            address(url);
            assertThat(failure(Operation.GIT_PUSH)).isEqualTo("address_refused");
            assertThat(failure(Operation.GIT_PULL)).isEqualTo("address_refused");
            assertThat(server.requests()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"https://127.0.0.1/x", "https://169.254.169.254/x", "https://localhost/x", "http://example.com/x", "https://[::1]/x"})
        void an_address_inside_the_house_is_not_called(String url) throws Exception {
            address(url);
            assertThat(failure(Operation.GIT_PULL)).isEqualTo("git_error");
            assertThat(server.requests()).isEmpty();
        }

        @Test
        void a_redirect_is_not_followed_and_the_credential_stays() throws Exception {
            try (LocalServer other = new LocalServer(); OutboundClient both = OutboundClient.allowing(server.hostAndPort() + "," + other.hostAndPort())) {
                server.leadTo(other.url());
                var executor = new GitExecutor(Operation.GIT_PUSH, workspaces, both, vault, Clock.systemUTC());
                assertThat(executor.execute(attempt(Operation.GIT_PUSH, "{}"), TIME)).isInstanceOf(Failed.class);
                assertThat(other.requests()).isEmpty();
            }
        }

        @Test
        void links_and_stores_elsewhere_are_refused() throws Exception {
            Path link = Files.createSymbolicLink(work.resolve("link"), folder);
            assertThat(failure(Operation.GIT_COMMIT, "message", "x")).isEqualTo("repository_refused");
            Files.delete(link);
            Files.writeString(work.resolve(".git/objects/info/alternates"), folder + "/far/objects\n");
            assertThat(failure(Operation.GIT_COMMIT, "message", "x")).isEqualTo("repository_refused");
        }

        private void address(String url) throws IOException {
            try (Git git = Git.open(work.toFile())) {
                git.getRepository().getConfig().setString("remote", "origin", "url", url);
                git.getRepository().getConfig().save();
            }
        }
    }

    @Nested
    class Given_words_that_lead_out {

        @ParameterizedTest
        @CsvSource(delimiter = '|', value = {"GIT_COMMIT|working_dir|../x", "GIT_COMMIT|working_dir|/etc", "GIT_COMMIT|paths|a ../b", "GIT_COMMIT|paths|.git/config",
            "GIT_CHECKOUT|branch|--force", "GIT_CHECKOUT|branch|a..b", "GIT_CHECKOUT|branch|refs/heads/x", "GIT_BRANCH|name|-d", "GIT_TAG|name|a b",
            "GIT_PUSH|remote|--receive-pack=x", "GIT_PUSH|remote|https://example.com/x", "GIT_PUSH|branch|a:b"})
        void they_are_blocked_before_anybody_is_asked(Operation operation, String name, String value) {
            assertThat(new GitAction(operation).gate(JSON.createObjectNode().put(name, value), new GateFacts("default", email -> false, Map.of()))).isPresent();
        }

        @Test
        void a_folder_without_a_repository_is_said_to_be_one() throws Exception {
            Files.createDirectory(work.resolve("plain"));
            assertThat(failure(Operation.GIT_COMMIT, "message", "x", "working_dir", "plain")).isEqualTo("no_repository");
            assertThat(failure(Operation.GIT_COMMIT, "message", "x", "working_dir", "missing")).isEqualTo("no_such_folder");
        }

        @Test
        void each_is_told_in_plain_words() {
            assertThat(Stream.of(Operation.values()).map(of -> new GitAction(of).describe(JSON.readTree(
                    "{\"message\":\"m\",\"branch\":\"b\",\"name\":\"n\",\"push\":\"true\"}")).summary())).containsExactly("Commit all changes: m", "Push b to origin",
                    "Pull b from origin", "Check out b", "Make branch n", "Set tag n and push it to origin");
        }

        @Test
        void without_its_secret_or_to_another_host_nothing_is_sent() throws Exception {
            config.put("auth_vault_key", "NONE");
            assertThat(failure(Operation.GIT_PUSH)).isEqualTo("secret_missing");
            config.put("auth_vault_key", "GIT_TOKEN");
            config.put("allowed_hosts", "github.com");
            assertThat(failure(Operation.GIT_PUSH)).isEqualTo("host_not_allowed");
            assertThat(server.requests()).isEmpty();
        }
    }
}
