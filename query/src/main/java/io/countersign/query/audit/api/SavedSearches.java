package io.countersign.query.audit.api;

import java.util.List;

/** Searches of the audit log that people keep for themselves. */
public interface SavedSearches {

    /** A name and the address of the page it stands for. */
    record Saved(String name, String address) {}

    /** Those of one person, by name. */
    List<Saved> of(String principalId);

    /**
     * Keeps one, in place of another of the same name.
     *
     * @param name 1 to 60 characters; a person keeps at most 50
     */
    void keep(String principalId, Saved saved);

    /** Drops one; nothing happens when there is none. */
    void drop(String principalId, String name);

    /** Drops all of one person. */
    void dropAll(String principalId);
}
