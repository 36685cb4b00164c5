package io.countersign.executors.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.countersign.command.action.api.ActionContent.Drift;
import io.countersign.command.action.api.ActionEvent.ActionExecuted;
import io.countersign.command.action.api.ActionEvent.ActionGoneStale;
import io.countersign.command.action.api.ActionEvent.ActionWitnessed;
import io.countersign.command.action.api.ActionEvent.ExecutionStarted;
import io.countersign.command.action.api.ActionStatus;
import io.countersign.command.api.Ids;
import io.countersign.command.catalogue.api.CatalogueCommand.PutEntries;
import io.countersign.command.catalogue.api.EntryDefinition;
import io.countersign.command.catalogue.api.Tier;
import io.countersign.command.datasource.api.DataSourceCommand.DefineDataSource;
import io.countersign.command.sealing.api.Keyring;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.LocalServer;
import io.countersign.executors.LocalServer.Answer;
import io.countersign.executors.LocalServer.Request;
import io.countersign.executors.sql.SqlTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/** Real executors at real far sides: what changed between the approval and the start is not done, and then done once a person has seen it. */
class WitnessedEffectsTests {

    @TempDir
    private static Path folder;

    private static LocalServer server;
    private static SqlTarget target;
    private static CommandSide side;
    private static Path home;
    private static volatile String version = "v1";

    @BeforeAll
    static void start() throws Exception {
        server = new LocalServer().answering(request -> new Answer(200, request.method().equals("HEAD") ? "" : "{}", Map.of("ETag", version)));
        target = new SqlTarget();
        target.owner("create table stock (id int primary key, name text); insert into stock values (1, 'one'), (2, 'two'); "
                + "grant select, update on stock to " + target.role("reader"));
        side = new CommandSide(Map.of("countersign.data-dir", folder.toString(), "countersign.http-allow-private", server.hostAndPort()), Real.class);
        side.node("n1", CommandSide.BRISK.looking(Duration.ofSeconds(10)), side.bean(AllExecutors.class).all().toArray(ActionExecutor[]::new));
        home = folder.resolve("files/workspaces/default").resolve(side.agent());
        Files.createDirectories(home);
        side.command(new DefineDataSource(side.bean(Ids.class).next(), "default", "warehouse", target.url().text(), target.role("reader"),
                SqlTarget.PASSWORD, "staging"));
        side.command(new PutEntries("default", Map.of("set_thing", entry("http_put", Map.of("base_url", server.url())),
                "change_stock", entry("db_execute", Map.of("datasource", "warehouse"))), null, false));
    }

    private static EntryDefinition entry(String type, Map<String, String> config) {
        return new EntryDefinition("For tests.", type, Tier.STAGED, "external", null, null, List.of(), null, config,
                EntryDefinition.DEFAULT_DELAY_SECONDS, null, null, false, true, null);
    }

    @AfterAll
    static void close() throws Exception {
        side.close();
        target.close();
        server.close();
    }

    /** All that can be looked at without a far side elsewhere. */
    @ComponentScan({"io.countersign.executors.file", "io.countersign.executors.git", "io.countersign.executors.http", "io.countersign.executors.outbound",
        "io.countersign.executors.sql"})
    static class Real {

        @Bean
        AllExecutors allExecutors(ObjectProvider<ActionExecutor> executors) {
            return new AllExecutors(executors.stream().toList());
        }
    }

    record AllExecutors(List<ActionExecutor> all) {}

    private interface Change {

        void make() throws Exception;
    }

    /** Asked for and seen; changed; approved; stale and nothing done; approved again; done once. */
    private static void notBeforeAPersonHasSeenIt(String action, String params, Change change, String difference, Callable<Long> effects) throws Exception {
        String unchanged = seen(action, params);
        side.approve(unchanged);
        side.awaitStatus(unchanged, ActionStatus.EXECUTED);
        change.make();
        String id = seen(action, params);
        change.make();
        long before = effects.call();
        side.approve(id);
        side.awaitStatus(id, ActionStatus.STALE);
        assertThat(effects.call()).as("nothing was done").isEqualTo(before);
        assertThat(side.events(id, ExecutionStarted.class)).isEmpty();
        assertThat(side.bean(Keyring.class).open(side.events(id, ActionGoneStale.class).getFirst().drift(), "action.gone_stale", Drift.class).orElseThrow()
                .differences()).anySatisfy(sentence -> assertThat(sentence).startsWith(difference));
        side.approve(id);
        side.awaitStatus(id, ActionStatus.EXECUTED);
        assertThat(side.events(id, ActionExecuted.class)).hasSize(1);
        assertThat(effects.call()).as("done once").isEqualTo(before + 1);
    }

    private static String seen(String action, String params) {
        String id = side.ask(action, params, true);
        await().atMost(CommandSide.TIMEOUT).until(() -> !side.events(id, ActionWitnessed.class).isEmpty());
        assertThat(side.events(id, ActionWitnessed.class).getFirst().seen()).as(action).isTrue();
        return id;
    }

    @Nested
    class Given_a_world_that_goes_on {

        private int turn;

        @Test
        void a_file() throws Exception {
            Path file = home.resolve("a.txt");
            notBeforeAPersonHasSeenIt("file_write", "{\"path\":\"a.txt\",\"content\":\"+\",\"append\":true}",
                    () -> Files.writeString(file, "other " + ++turn), "a.txt was a file of", () -> Files.readString(file).chars().filter(c -> c == '+').count());
        }

        @Test
        void an_address() throws Exception {
            notBeforeAPersonHasSeenIt("set_thing", "{\"url\":\"/thing\",\"body\":{}}", () -> version = "v" + ++turn + "-" + version, "ETag was v",
                    () -> server.requests().stream().map(Request::method).filter("PUT"::equals).count());
        }

        @Test
        void a_repository() throws Exception {
            Path repository = Files.createDirectories(home.resolve("repo"));
            try (Git git = Git.init().setDirectory(repository.toFile()).setInitialBranch("main").call()) {
                Files.writeString(repository.resolve("b.txt"), "first");
                notBeforeAPersonHasSeenIt("git_commit", "{\"message\":\"more\",\"working_dir\":\"repo\"}",
                        () -> Files.writeString(repository.resolve("b.txt"), "other " + ++turn), "Changes was 1 file", () -> commits(git));
            }
        }

        @Test
        void rows() throws Exception {
            notBeforeAPersonHasSeenIt("change_stock", "{\"sql\":\"update stock set name = name || '+' where id = 1\"}",
                    () -> target.owner("update stock set name = 'other " + ++turn + "' where id = 1"), "Their content, SHA-256 was", () -> {
                        try (var connection = target.ownerConnection(); var statement = connection.createStatement();
                                var row = statement.executeQuery("select length(name) - length(replace(name, '+', '')) from stock where id = 1")) {
                            row.next();
                            return row.getLong(1);
                        }
                    });
        }

        private static long commits(Git git) throws IOException {
            try (var walk = new RevWalk(git.getRepository())) {
                var head = git.getRepository().resolve("HEAD");
                long count = 0;
                if (head != null) {
                    walk.markStart(walk.parseCommit(head));
                    for (var commit : walk) {
                        count++;
                    }
                }
                return count;
            }
        }
    }
}
