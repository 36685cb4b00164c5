package io.countersign.query.proof;

import io.countersign.command.store.api.RawLog;
import io.countersign.command.store.api.Stub;
import io.countersign.query.proof.LogCheck.Fault;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Holds what was found of archived events against the event that calls them archived: it names the digest of their stubs, and the file in which
 * they stand whole. An action whose events are all still whole is right too: a crash came before its stubs.
 */
final class StubCheck {

    static final String ARCHIVED = "action.content_archived";

    private final Map<String, Found> open = new HashMap<>();
    private final Map<String, Archive> archives = new TreeMap<>();
    private long stubs;

    private static final class Found {

        private final MessageDigest digest = Stub.digest();
        private final long first;
        private long last;
        private long number;

        Found(long first) {
            this.first = first;
        }
    }

    /**
     * An archive that events here were moved to.
     *
     * @param sha256 of the file, hex
     * @param first the lowest index of an event of it
     */
    record Archive(String sha256, long first, long stubs) {}

    boolean isEmpty() {
        return open.isEmpty();
    }

    void add(RawLog.Packed stub) {
        Found found = open.computeIfAbsent(stub.aggregateId(), id -> new Found(stub.index()));
        Stub.add(found.digest, stub);
        found.last = stub.index();
        found.number++;
    }

    /** The event that calls an action archived; answers what is wrong with its stubs. */
    Optional<Fault> archived(RawLog.Packed event) {
        Found found = open.remove(event.aggregateId());
        if (found == null) {
            return Optional.empty();
        }
        try {
            JsonNode says = Bundle.JSON.readTree(event.payload());
            if (HexFormat.of().formatHex(found.digest.digest()).equals(says.path("stubs").asString())) {
                stubs += found.number;
                archives.merge(says.path("archive").asString(), new Archive(says.path("sha256").asString(), found.first, found.number),
                        (one, other) -> new Archive(one.sha256(), Math.min(one.first(), other.first()), one.stubs() + other.stubs()));
                return Optional.empty();
            }
        } catch (JacksonException e) {
            // then it says nothing about stubs
        }
        return Optional.of(new Fault(found.first, found.last + 1,
                "The stubs of archived events from %d on are not those that were left when they were archived.".formatted(found.first)));
    }

    /** What is wrong with stubs that no event calls archived. */
    Optional<Fault> leftOver() {
        return open.values().stream().mapToLong(found -> found.first).min().stream().mapToObj(first -> new Fault(first, first + 1,
                "Event %d is not what its leaf was made of.".formatted(first))).findFirst();
    }

    /** How many events are stubs, rightly. */
    long stubs() {
        return stubs;
    }

    /** The archives they stand whole in, by the name of the file. */
    Map<String, Archive> archives() {
        return archives;
    }
}
