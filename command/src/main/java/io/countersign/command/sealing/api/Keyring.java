package io.countersign.command.sealing.api;

import java.util.Collection;

/** Opens and closes sealed content. Data keys live outside the log, wrapped by the master key. */
public interface Keyring extends Opener {

    /**
     * Makes a new data key for this id. It is stored in the same append as the events of the current command.
     *
     * @throws IllegalStateException outside a command
     */
    void create(String keyId);

    /**
     * Destroys a key in the same append as the events of the current command. What it sealed is erased for good, wherever the boxes are. The
     * database does it only for a key whose own stream says that its content was erased.
     *
     * @throws IllegalStateException outside a command
     */
    void destroy(String keyId);

    /**
     * Seals a value as JSON under an existing or just created key.
     *
     * @param keyId the data key
     * @param place where the box will stand, such as {@code action.requested}: a box moved elsewhere does not open
     * @param content a record that Jackson can write
     */
    Sealed seal(String keyId, String place, Object content);

    /** Whether a data key is there: false when it was destroyed, or never made. */
    boolean holds(String keyId);

    /** Fetches many keys in one question, ahead of opening many boxes. Those that were destroyed are passed over. */
    default void preload(Collection<String> keyIds) {
        // each is fetched when it is needed
    }

    /**
     * Opens boxes under these keys, which are fetched in one question and kept by the opener alone: whoever looks at all of the past would
     * drive the keys of the present out of the cache, and then its own.
     */
    default Opener opener(Collection<String> keyIds) {
        return this;
    }

    /**
     * A digest that nobody can compute, or try guesses against, without the master key: 64 hex digits, always the same for a text. It changes
     * with the master key.
     */
    String blind(String text);
}
