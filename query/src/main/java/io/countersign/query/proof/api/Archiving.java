package io.countersign.query.proof.api;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Writes events of ended actions to files outside the database, each event with what proves it, before they leave the database. */
public interface Archiving {

    /** The most actions of one file. */
    int MOST = 500;

    /** Why nothing can be archived here, one sentence; empty when it can. */
    Optional<String> hindrance();

    /**
     * Writes one file with all events there are now of these actions. Nothing else happens yet: a file that no event speaks of is of no account.
     * Actions of another workspace, and those to which something happened later, are left out; no file is written when none is left.
     *
     * @param actionIds at most {@link #MOST}
     * @param idleSince nothing may have happened to an action after this
     * @throws TreeBroken when one of the events is not the one that was recorded
     */
    Optional<Written> write(String workspace, Collection<String> actionIds, Instant idleSince);

    /**
     * A file.
     *
     * @param name without a folder
     * @param sha256 of all of it, hex
     */
    record Written(String name, String sha256, List<Part> parts) {}

    /**
     * What it has of one action.
     *
     * @param events how many events, from its first
     * @param stubs hex SHA-256 over the columns of those of them that become stubs, as stubs
     */
    record Part(String actionId, int events, String stubs) {}
}
