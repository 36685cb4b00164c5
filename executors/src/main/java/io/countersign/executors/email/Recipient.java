package io.countersign.executors.email;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * One address as it will be used. Two readers, ours and the mail library's, must agree on it; whatever they could read differently is
 * refused.
 *
 * @param address without display name, domain in small letters
 * @param domain in small letters
 */
record Recipient(String address, String domain) {

    private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final String SPEC = "(?<local>" + ATOM + "(?:\\." + ATOM + ")*+)@(?<domain>" + LABEL + "(?:\\." + LABEL + ")++)";
    // A display name that holds an address of its own would be read for the real one.
    private static final String NAME = "(?:[^\\p{Cntrl}\"<>@,;:()\\[\\]\\\\]*+|\"[^\\p{Cntrl}\"<>@;:\\\\]*+\")";
    private static final Pattern BARE = Pattern.compile(SPEC);
    private static final Pattern NAMED = Pattern.compile(NAME + " *<" + SPEC + ">");

    private static final int MAX_ENTRY = 500;
    private static final int MAX_ADDRESS = 254;
    private static final int MAX_LOCAL = 64;

    /** Empty when the entry is not exactly one plain address. */
    static Optional<Recipient> parse(String entry) {
        if (entry.length() > MAX_ENTRY || MailText.isDeceptive(entry)) {
            return Optional.empty();
        }
        var text = entry.strip();
        var match = BARE.matcher(text);
        if (!match.matches()) {
            match = NAMED.matcher(text);
            if (!match.matches()) {
                return Optional.empty();
            }
        }
        var spec = match.group("local") + "@" + match.group("domain");
        if (spec.length() > MAX_ADDRESS || match.group("local").length() > MAX_LOCAL || !isReadAs(spec, text)) {
            return Optional.empty();
        }
        var domain = match.group("domain").toLowerCase(Locale.ROOT);
        return Optional.of(new Recipient(match.group("local") + "@" + domain, domain));
    }

    /** The entries of {@code to}, a string or an array of strings. */
    static List<String> entries(JsonNode to) {
        var entries = new ArrayList<String>();
        if (to.isArray()) {
            to.forEach(entry -> entries.add(entry.asString()));
        } else {
            entries.add(to.asString());
        }
        return entries;
    }

    /** Each address once, in the order given; empty when one cannot be read. */
    static Optional<List<Recipient>> all(JsonNode to) {
        var recipients = new LinkedHashMap<String, Recipient>();
        for (var entry : entries(to)) {
            var recipient = parse(entry);
            if (recipient.isEmpty()) {
                return Optional.empty();
            }
            recipients.putIfAbsent(recipient.get().address().toLowerCase(Locale.ROOT), recipient.get());
        }
        return Optional.of(List.copyOf(recipients.values()));
    }

    private static boolean isReadAs(String spec, String text) {
        try {
            var read = InternetAddress.parse(text, true);
            if (read.length != 1 || read[0].isGroup()) {
                return false;
            }
            read[0].validate();
            return spec.equals(read[0].getAddress());
        } catch (AddressException e) {
            return false;
        }
    }
}
