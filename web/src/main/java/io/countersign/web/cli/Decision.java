package io.countersign.web.cli;

import io.countersign.web.cli.Remote.Unsuccessful;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Something done to one action, named by its id or by at least eight characters that it begins with. */
abstract class Decision implements Runnable {

    private static final int SHORTEST = 8;
    private static final int MOST_PAGES = 20;

    /** What is open may be older than the newest pages of all. */
    private static final List<String> OPEN_AND_ALL = List.of("pending,stale,scheduled", "all");

    private final Remote remote;
    private final String verb;
    private final String remark;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "ID")
    private String id = "";

    @Nullable
    @Option(names = "--reason", description = "what to say about it")
    private String reason;

    Decision(Remote remote, String verb, String remark) {
        this.remote = remote;
        this.verb = verb;
        this.remark = remark;
    }

    @Override
    public void run() {
        var body = Remote.JSON.createObjectNode();
        if (reason != null) {
            body.put(remark, reason);
        }
        say(body);
        var done = remote.call("POST", "/actions/" + whole() + "/" + verb, body);
        spec.commandLine().getOut().println(done.path("id").asString() + " " + done.path("status").asString()
                + (done.path("error").isString() ? ": " + done.path("error").asString() : ""));
    }

    private String whole() {
        if (id.length() == 36) {
            return id;
        }
        if (id.length() < SHORTEST || !id.matches("[0-9a-fA-F-]+")) {
            throw new Unsuccessful("Give the id, or at least " + SHORTEST + " characters that it begins with.");
        }
        var found = new TreeSet<String>();
        OPEN_AND_ALL.forEach(status -> collect(status, found));
        if (found.size() != 1) {
            throw new Unsuccessful(found.isEmpty() ? "No recent action begins with " + id + "." : found.size() + " actions begin with " + id + "; give more of it.");
        }
        return found.first();
    }

    private void collect(String status, Set<String> found) {
        var cursor = "";
        for (var page = 0; page < MOST_PAGES && cursor != null; page++) {
            var answer = remote.get("/actions?limit=100&status=" + status + (cursor.isEmpty() ? "" : "&cursor=" + Remote.part(cursor)));
            answer.path("actions").valueStream().map(action -> action.path("id").asString())
                    .filter(one -> one.startsWith(id.toLowerCase(Locale.ROOT))).forEach(found::add);
            cursor = answer.path("next_cursor").asString(null);
        }
    }

    /** What this verb says besides its remark. */
    void say(ObjectNode body) {
        // most say nothing more
    }

    @Command(name = "approve", description = "Says yes; what is delayed runs at once.", mixinStandardHelpOptions = true)
    static final class Approve extends Decision {

        @Nullable
        @Option(names = "--phrase", description = "the phrase to confirm with, where the action has one")
        private String phrase;

        Approve(Remote remote) {
            super(remote, "approve", "comment");
        }

        @Override
        void say(ObjectNode body) {
            if (phrase != null) {
                body.put("confirmation_phrase", phrase);
            }
        }
    }

    @Command(name = "deny", description = "Says no.", mixinStandardHelpOptions = true)
    static final class Deny extends Decision {
        Deny(Remote remote) {
            super(remote, "deny", "reason");
        }
    }

    @Command(name = "cancel", description = "Withdraws it before it starts.", mixinStandardHelpOptions = true)
    static final class Cancel extends Decision {
        Cancel(Remote remote) {
            super(remote, "cancel", "reason");
        }
    }

    @Command(name = "undo", description = "Undoes what was executed.", mixinStandardHelpOptions = true)
    static final class Undo extends Decision {
        Undo(Remote remote) {
            super(remote, "rollback", "reason");
        }
    }
}
