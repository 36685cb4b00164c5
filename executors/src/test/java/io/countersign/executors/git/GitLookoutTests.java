package io.countersign.executors.git;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.preview.api.Lookout.Change;
import io.countersign.command.preview.api.Lookout.Fact;
import io.countersign.command.preview.api.Lookout.Sight;
import io.countersign.command.preview.api.Lookout.Subject;
import io.countersign.executors.Attempts;
import io.countersign.executors.git.GitAction.Operation;
import io.countersign.executors.workspace.Workspaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitLookoutTests {

    @TempDir
    private Path data;

    private Workspaces workspaces;
    private Path work;

    @BeforeEach
    void open() throws Exception {
        StillSystem.settle();
        workspaces = new Workspaces(data);
        work = workspaces.of(Attempts.first("none", "{}"));
        try (Git git = Git.init().setDirectory(work.toFile()).setInitialBranch("main").call()) {
            git.getRepository().getConfig().setString("remote", "origin", "url", "https://git.example.com/shop.git");
            git.getRepository().getConfig().save();
        }
        Files.writeString(work.resolve("a.txt"), "one\n");
        Files.writeString(work.resolve("gone.txt"), "was here\n");
        commit("first");
    }

    private ObjectId commit(String message) throws Exception {
        try (Git git = Git.open(work.toFile())) {
            git.add().addFilepattern(".").call();
            return git.commit().setAll(true).setMessage(message).setSign(false).setAuthor("Ann", "ann@example.com").call();
        }
    }

    private Sight look(Operation operation, String params) {
        var asked = Attempts.first(operation.wire(), params);
        return new GitLookout(workspaces).look(new Subject(asked.workspace(), asked.requesterId(), operation.wire(), params, Map.of()));
    }

    @Nested
    class Given_changes_in_the_working_folder {

        @BeforeEach
        void change() throws IOException {
            Files.writeString(work.resolve("a.txt"), "two\n");
            Files.writeString(work.resolve("new.txt"), "new\n");
            Files.delete(work.resolve("gone.txt"));
        }

        @Test
        void a_commit_shows_each_file_before_and_after() {
            var sight = look(Operation.GIT_COMMIT, "{\"message\":\"m\"}");

            assertThat(sight.trouble()).isNull();
            assertThat(sight.changes()).containsExactly(new Change("a.txt", "changed", "one\n", "two\n", null),
                    new Change("gone.txt", "removed", "was here\n", null, null), new Change("new.txt", "added", null, "new\n", null));
            assertThat(sight.facts()).contains(new Fact("Branch", "main"), new Fact("Files", "3 files"));
        }

        @Test
        void a_commit_of_named_paths_shows_no_others() {
            assertThat(look(Operation.GIT_COMMIT, "{\"message\":\"m\",\"paths\":\"new.txt\"}").changes()).extracting(Change::path).containsExactly("new.txt");
        }
    }

    @Nested
    class Given_commits_that_the_remote_has_not_seen {

        @Test
        void a_push_shows_them_and_where_they_would_go() throws Exception {
            try (Git git = Git.open(work.toFile())) {
                var update = git.getRepository().updateRef("refs/remotes/origin/main");
                update.setNewObjectId(git.getRepository().resolve("HEAD"));
                update.update();
            }
            Files.writeString(work.resolve("a.txt"), "two\n");
            var second = commit("second");

            var sight = look(Operation.GIT_PUSH, "{}");

            assertThat(sight.facts()).contains(new Fact("Branch", "main"), new Fact("Remote origin", "https://git.example.com/shop.git"))
                    .anySatisfy(fact -> assertThat(fact.value()).startsWith("1 commit of what was last seen"));
            assertThat(sight.steps()).containsExactly(second.name().substring(0, 10) + "  second  (Ann)");
            assertThat(sight.changes()).containsExactly(new Change("a.txt", "changed", "one\n", "two\n", null));
        }

        @Test
        void a_branch_the_remote_never_had_is_shown_by_its_commits() {
            var sight = look(Operation.GIT_PUSH, "{}");

            assertThat(sight.steps()).singleElement().asString().contains("first");
            assertThat(sight.facts()).anySatisfy(fact -> assertThat(fact.value()).contains("not known here"));
            assertThat(look(Operation.GIT_PUSH, "{\"branch\":\"nowhere\"}").trouble()).contains("would fail");
        }
    }

    @Nested
    class Given_nothing_to_look_at {

        @Test
        void why_is_said() {
            assertThat(look(Operation.GIT_COMMIT, "{\"message\":\"m\"}").trouble()).contains("nothing to commit");
            assertThat(look(Operation.GIT_COMMIT, "{\"message\":\"m\",\"working_dir\":\"elsewhere\"}").trouble()).contains("no folder");
            assertThat(look(Operation.GIT_TAG, "{\"name\":\"v1\"}")).satisfies(sight -> assertThat(sight.trouble()).isNull());
        }
    }
}
