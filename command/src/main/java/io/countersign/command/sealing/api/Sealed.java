package io.countersign.command.sealing.api;

/**
 * Content that only the holder of one data key can read.
 *
 * @param key id of the data key: the action's or the person's id
 * @param box Base64 of the AEAD ciphertext; its associated data binds it to the key and to the place it was made for
 */
public record Sealed(String key, String box) {

    @Override
    public String toString() {
        return "Sealed[" + key + "]";
    }
}
