package io.countersign.web.admin;

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

        /** How much room the message will take, estimated: the sandbox it is shown in cannot say. */
        public String size() {
            var lines = text.lines().mapToLong(line -> 1 + line.length() / LINE).sum();
            var pictures = body.contains("<img") || body.contains("<table");
            return lines > 16 ? "long" : lines > 5 || pictures ? "medium" : "short";
        }
    }

    /** A ticket. */
    record Ticket(String project, String summary, @Nullable String description, List<String> labels) implements Preview {}

    /**
     * A query.
     *
     * @param text what the database would be sent
     * @param written what the agent wrote, where that reads differently; null otherwise
     * @param doubt why it was not understood from its text; null when it was
     * @param rows in words, whether it reads or changes, and how many rows at most
     */
    record Sql(String datasource, String text, @Nullable String written, @Nullable String doubt, String rows) implements Preview {}

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

    /** One parameter by name. */
    record Field(String name, String value) {}

    /** The name of the template fragment that shows it. */
    default String fragment() {
        return switch (this) {
            case Mail mail -> "mail";
            case Ticket ticket -> "ticket";
            case Sql sql -> "sql";
            case Fields fields -> "fields";
        };
    }
}
