package io.countersign.command.sealing.api;

/** Keeps small secrets of the service itself under the master key. */
public interface Safe {

    /**
     * Locks a secret away.
     *
     * @param place what it is and where it will lie: a box moved elsewhere does not open
     * @return Base64 of the ciphertext
     */
    String lock(String place, byte[] secret);

    /**
     * Takes it out again.
     *
     * @throws IllegalStateException when the box was changed or moved, or another master key is in force
     */
    byte[] unlock(String place, String box);
}
