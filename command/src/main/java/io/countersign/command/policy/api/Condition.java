package io.countersign.command.policy.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a rule applies. Names compare without regard to case. A condition about something the action does not have (a table, for a mail) does
 * not hold; a condition that cannot be decided, because the facts it needs are missing or in doubt, counts as held and says so.
 */
public sealed interface Condition {

    /**
     * The statement touches a table. {@code orders} names it in every schema, {@code public.orders} in one; {@code *} is a wildcard.
     *
     * @param name 1 to 200 characters
     */
    record Table(String name) implements Condition {}

    /**
     * The statement reads or writes a column: {@code ssn} in every table, {@code users.ssn} or {@code public.users.ssn} in one.
     *
     * @param name 1 to 200 characters
     */
    record Column(String name) implements Condition {}

    /**
     * The planner expects more rows than this. A statement without an estimate counts as too costly.
     *
     * @param threshold at least 1
     */
    record Cost(long threshold) implements Condition {}

    /**
     * The statement goes to this data source; {@code *} and {@code datasource:*} name every one.
     *
     * @param name 1 to 200 characters
     */
    record Datasource(String name) implements Condition {}

    /**
     * Some text in the request matches, without regard to case, after decoding: each value, each path, and all of it together.
     *
     * @param regex RE2 syntax, at most 1,000 characters
     * @param contextRequires must match too, anywhere; null for no such demand
     */
    record Pattern(String regex, @Nullable String contextRequires) implements Condition {}

    /**
     * The command line, or the program it starts, matches a glob.
     *
     * @param glob 1 to 200 characters; {@code *} any run, {@code ?} one character
     */
    record CommandLine(String glob) implements Condition {}

    /**
     * {@code params.amount} is above a limit.
     *
     * @param above minor units; not negative
     * @param currency ISO 4217 or a token's code; null for any
     */
    record Amount(long above, @Nullable String currency) implements Condition {}

    /**
     * A host or mail domain in the request is on a list, or is not.
     *
     * @param hosts exact names, or {@code *.example.com} for a domain and all below it; 1 to 100
     * @param unlisted true: holds when some host is not on the list
     */
    record Host(List<String> hosts, boolean unlisted) implements Condition {}

    /**
     * The name of the action matches a glob, such as {@code email:*}.
     *
     * @param glob 1 to 200 characters
     */
    record ActionName(String glob) implements Condition {}

    /**
     * An expression over the facts is true: {@code action.origin == "mcp" && size(params.to) > 3}.
     *
     * @param cel at most 2,000 characters
     */
    record Expression(String cel) implements Condition {}

    /**
     * More than the limit within a window, counting actions or summing {@code params.amount}.
     *
     * @param glob which actions count
     * @param sum true: sums amounts; false: counts actions
     * @param per {@code agent}, {@code action}, {@code target} or {@code workspace}
     * @param limit what may pass in one window; not negative
     * @param windowSeconds 1 to 2,678,400
     */
    record Rate(String glob, boolean sum, String per, long limit, long windowSeconds) implements Condition {}

    /** As written in a policy. */
    default String type() {
        return switch (this) {
            case Table c -> "table";
            case Column c -> "column";
            case Cost c -> "cost";
            case Datasource c -> "datasource";
            case Pattern c -> "pattern";
            case CommandLine c -> "command";
            case Amount c -> "amount";
            case Host c -> "host";
            case ActionName c -> "action";
            case Expression c -> "expression";
            case Rate c -> "rate";
        };
    }
}
