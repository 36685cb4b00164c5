package io.countersign.command.api;

/** Where identities and randomness come from, so that decisions can be tested. */
public interface Ids {

    /** A new UUIDv7: unique, and sorted by time of making. */
    String next();

    /** Sixteen fresh random bytes, Base64. */
    String salt();
}
