package io.countersign.command.sealing.api;

import java.util.Collection;
import java.util.Optional;

/** Opens and closes sealed content. Data keys live outside the log, wrapped by the master key. */
public interface Keyring {

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

    /** Opens a box. Empty when its key was destroyed: the content is erased; or when the box is empty: the content stands in an archive. */
    <T> Optional<T> open(Sealed sealed, String place, Class<T> type);

    /** Whether a data key is there: false when it was destroyed, or never made. */
    boolean holds(String keyId);

    /** Fetches many keys in one question, ahead of opening many boxes. Those that were destroyed are passed over. */
    default void preload(Collection<String> keyIds) {
        // each is fetched when it is needed
    }

    /**
     * A digest that nobody can compute, or try guesses against, without the master key: 64 hex digits, always the same for a text. It changes
     * with the master key.
     */
    String blind(String text);
}
