package io.countersign.web.admin;

import io.countersign.command.preview.api.Lookout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What will happen, in the form a person can judge best. */
sealed interface Preview {

    /**
     * An e-mail.
     *
     * @param from null when the sender is not configured
     * @param body HTML as it will be sent; shown in a sandbox alone
     * @param text the same without markup
     * @param remote things a mail program would fetch, left out here
     */
    record Mail(@Nullable Address from, List<Address> to, String subject, String body, String text, List<Link> links, int remote)
            implements Preview {

        private static final int LINE = 85;

        /** How high the message will be in pixels, estimated: the sandbox it is shown in cannot say. */
        public long height() {
            var lines = text.lines().mapToLong(line -> 1 + line.length() / LINE).sum();
            var wide = body.contains("<img") || body.contains("<table") ? 8 : 0;
            return Math.clamp(80 + 30 * (lines + wide), 120, 640);
        }
    }

    /**
     * A ticket, an issue, an incident.
     *
     * @param what happens to it
     * @param project where
     * @param links where what it says leads
     */
    record Ticket(String what, String project, String summary, @Nullable String description, List<String> labels, List<Link> links)
            implements Preview {}

    /**
     * A statement for a database.
     *
     * @param text what the database would be sent
     * @param written what the agent wrote, where that reads differently; null otherwise
     * @param doubt why it was not understood from its text; null when it was
     * @param rows in words, whether it reads or changes, and how many rows at most
     * @param changes it changes rows
     * @param touched what it touches, as found when it was asked for; null when nothing was recorded
     * @param now how the planner would go about it; null when it was not asked
     */
    record Sql(String datasource, String text, @Nullable String written, @Nullable String doubt, String rows, boolean changes, @Nullable Touched touched,
            Lookout.@Nullable Sight now) implements Preview {}

    /**
     * What a statement touches.
     *
     * @param estimate in words, how many rows the planner expects; null when it was not asked
     * @param group what the data source belongs to, such as {@code production}; null when it is not known
     * @param uninspectable why this may not be everything; null when it is
     */
    record Touched(List<String> tables, List<String> columns, List<String> functions, @Nullable String estimate, @Nullable String group,
            @Nullable String uninspectable) {}

    /**
     * A request over HTTP.
     *
     * @param credential how it is let in, without the secret; null when nothing is sent along
     * @param signature how it is signed; null when it is not
     * @param body laid out when it is JSON; null when there is none
     * @param kind what the body says it is
     */
    record Http(String method, Link url, List<Field> headers, @Nullable String credential, @Nullable String signature, @Nullable String body,
            String kind) implements Preview {}

    /**
     * A message to people.
     *
     * @param service how people call it
     * @param to a channel or a number; null where the address stands in the vault
     * @param from likewise; null where none is chosen
     * @param links where what it says leads
     */
    record Message(String service, @Nullable String to, @Nullable String from, String text, List<Link> links) implements Preview {}

    /**
     * A program that is run.
     *
     * @param argv the program and its arguments, one each
     * @param file what would run, links followed; null when it is not known, or was run already
     * @param trouble why it would not run by the policy of now; null when it would
     * @param folder where
     * @param limit how long at most; null for the time the policy gives
     */
    record Line(List<String> argv, @Nullable String file, @Nullable String trouble, String folder, @Nullable String limit) implements Preview {}

    /**
     * Money that leaves.
     *
     * @param amount for people; null when it is unclear
     * @param through the service that moves it; null for the one of this installation
     * @param left what budgets leave, this payment included while it is open
     */
    record Payment(@Nullable String amount, String payee, @Nullable String memo, @Nullable Link through, @Nullable String credential, List<Left> left)
            implements Preview {}

    /** What is left of one window of a budget. */
    record Left(String whose, String window, String remaining, String limit, boolean nearlyGone) {}

    /**
     * A change of files, or of a repository.
     *
     * @param what in a few words
     * @param message what a commit says; null where there is none
     * @param stepsAre what the steps are, such as commits
     * @param more files that are changed besides
     * @param trouble why it would fail as things stand, or cannot be looked at; null when nothing is in the way
     * @param looked how things stand now was looked at; false once it is done
     */
    record Changes(String icon, String what, @Nullable String message, List<Fact> facts, List<Diff> files, List<String> steps, String stepsAre, int more,
            @Nullable String trouble, boolean looked) implements Preview {}

    /** One thing that is so; {@code link} when its value is an address. */
    record Fact(String name, String value, @Nullable Link link) {}

    /**
     * One file.
     *
     * @param head the first lines
     * @param rest the lines behind them
     * @param unshown why there are none; null when there are
     */
    record Diff(String path, String kind, List<UnifiedDiff.Row> head, List<UnifiedDiff.Row> rest, long added, long gone, @Nullable String unshown) {}

    /** Anything else: its fields, nested ones as JSON. */
    record Fields(List<Field> fields) implements Preview {}

    /**
     * @param outside neither the sender's domain nor that of a person of this workspace
     * @param oddity what is odd about the domain; null when nothing is
     */
    record Address(String local, String domain, boolean outside, @Nullable String oddity) {}

    /**
     * @param says its text
     * @param before what stands before the host
     * @param after what stands behind it
     * @param own leads to the sender's domain
     * @param warning why it should be looked at; null when nothing stands out
     */
    record Link(String says, String before, String host, String after, boolean own, @Nullable String warning) {}

    /** One parameter by name. {@code warning} tells why the host it names should be looked at; null when it names none, or an honest one. */
    record Field(String name, String value, @Nullable String warning) {

        Field(String name, String value) {
            this(name, value, null);
        }
    }

    /** The name of the template fragment that shows it. */
    default String fragment() {
        return switch (this) {
            case Mail mail -> "mail";
            case Ticket ticket -> "ticket";
            case Sql sql -> "sql";
            case Http http -> "http";
            case Message message -> "message";
            case Line line -> "line";
            case Payment payment -> "payment";
            case Changes changes -> "changes";
            case Fields fields -> "fields";
        };
    }
}
