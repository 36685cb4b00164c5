package io.countersign.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.command.testing.TestDatabase;
import io.countersign.faults.Api.Answer;
import io.countersign.faults.Api.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.NoHeadException;

/** What a service does to files, repositories and a database of somebody else, and how often it did. */
final class Deeds implements AutoCloseable {

    private static final String NAME = "deeds_" + ProcessHandle.current().pid();
    private static final String PASSWORD = "inserts-only-7";

    private final TestDatabase server = TestDatabase.create();
    private Path folder = Path.of("");

    Deeds() {
        as("postgres", "create database " + NAME);
        as(NAME, """
                create role %1$s login password '%2$s';
                create table deeds (id int generated always as identity primary key, mark text);
                grant select, insert on deeds to %1$s""".formatted(NAME, PASSWORD));
    }

    /** Lets the agent do all this, with the approval of a person. */
    void prepare(ServiceProcess service, Sink sink) {
        Api api = service.api();
        String url = server.endpoint().jdbcUrl().replaceFirst("/[a-z0-9_]+\\?.*", "/" + NAME + "?sslmode=disable");
        for (Answer answer : List.of(
                api.put("/api/v1/vault/PAYMENT_API_KEY", "{\"value\":\"key-of-the-bank\"}"),
                api.post("/api/v1/datasources", """
                        {"name": "deeds", "url": "%s", "username": "%s", "password": "%s", "environment_group": "test"}"""
                        .formatted(url, NAME, PASSWORD)),
                api.put("/api/v1/catalogue/kill_post", """
                        {"action_type": "http_post", "tier": "staged", "config": {"url": "%s"}, "params": [{"name": "text", "required": true}]}"""
                        .formatted(sink.postbox())),
                api.put("/api/v1/catalogue/kill_file", """
                        {"action_type": "file_write", "tier": "staged", "config": {"append": "true"}}"""),
                api.put("/api/v1/catalogue/kill_commit", "{\"action_type\": \"git_commit\", \"tier\": \"staged\"}"),
                api.put("/api/v1/catalogue/kill_rows", """
                        {"action_type": "db_execute", "tier": "staged", "config": {"datasource": "deeds"}}"""))) {
            assertThat(answer.succeeded()).as("%s", answer.body()).isTrue();
        }
        String agent = api.submit(Type.EMAIL, "nothing-yet").text("requested_by");
        folder = service.data().resolve("files/workspaces/default").resolve(agent);
    }

    /** A repository of its own for each commit, with something to commit: a lock that a killed service left is nobody else's. */
    void makeRepository(String text) {
        Path place = folder.resolve("repository-" + text);
        try (Git git = Git.init().setDirectory(place.toFile()).call()) {
            Files.writeString(place.resolve("file"), text);
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often the effect of the action with this text took place. */
    long count(Type type, String text) {
        try {
            return switch (type) {
                case FILE -> Files.exists(folder.resolve(text)) ? Files.size(folder.resolve(text)) : 0;
                case GIT -> commits(text);
                case ROWS -> rows(text);
                default -> throw new IllegalArgumentException(type + " is counted by the far side");
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long commits(String text) throws IOException {
        try (Git git = Git.open(folder.resolve("repository-" + text).toFile())) {
            long count = 0;
            for (var commit : git.log().call()) {
                count += commit.getFullMessage().equals(text) ? 1 : 0;
            }
            return count;
        } catch (NoHeadException none) {
            return 0;
        } catch (GitAPIException e) {
            throw new IllegalStateException(e);
        }
    }

    private long rows(String text) {
        try (Connection connection = server.administrator(NAME); Statement statement = connection.createStatement();
                ResultSet counted = statement.executeQuery("select count(*) from deeds where mark = '" + text + "'")) {
            return counted.next() ? counted.getLong(1) : 0;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void as(String database, String sql) {
        try (Connection connection = server.administrator(database); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        as("postgres", "drop database " + NAME + " with (force)");
        as("postgres", "drop role " + NAME);
        server.close();
    }
}
