package io.countersign.command.datasource.api;

import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a data source is: {@code jdbc:postgresql://host[:port]/database[?sslmode=...]}. Nothing else is taken, since the properties of a
 * driver can load classes and read files.
 *
 * @param port 5432 when it is not written
 * @param sslMode a word of PostgreSQL; {@code prefer} when it is not written
 */
public record PostgresUrl(String host, int port, String database, String sslMode) {

    private static final Pattern URL = Pattern.compile(
            "jdbc:postgresql://([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?/([A-Za-z0-9_.-]{1,63})(?:\\?sslmode=([a-z-]{1,20}))?");
    private static final Set<String> SSL_MODES = Set.of("disable", "prefer", "require", "verify-ca", "verify-full");

    /** Reads a URL; {@link Refused} {@code validation_error} says what to write instead. */
    public static PostgresUrl parse(String url) {
        Matcher match = URL.matcher(url.strip());
        if (!match.matches() || match.group(2) != null && (Integer.parseInt(match.group(2)) > 65_535 || Integer.parseInt(match.group(2)) == 0)
                || match.group(4) != null && !SSL_MODES.contains(match.group(4))) {
            String message = "must read jdbc:postgresql://host:port/database, with nothing after it but ?sslmode=" + "verify-full, verify-ca, "
                    + "require, prefer or disable";
            throw new Refused(RefusalCode.VALIDATION_ERROR, "url " + message + ".",
                    Map.of("details", java.util.List.of(Map.of("field", "url", "message", message))));
        }
        return new PostgresUrl(match.group(1), match.group(2) == null ? 5432 : Integer.parseInt(match.group(2)), match.group(3),
                match.group(4) == null ? "prefer" : match.group(4));
    }

    /** The URL with every part written. */
    public String text() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database + "?sslmode=" + sslMode;
    }
}
