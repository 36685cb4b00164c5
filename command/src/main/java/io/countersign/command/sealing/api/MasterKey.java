package io.countersign.command.sealing.api;

import java.util.Arrays;

/** The key that wraps all data keys: 32 bytes that never leave the process. */
public final class MasterKey {

    private final byte[] bytes;

    /**
     * @param bytes exactly 32
     * @throws IllegalArgumentException for any other length
     */
    public MasterKey(byte[] bytes) {
        if (bytes.length != 32) {
            throw new IllegalArgumentException("The master key must have 32 bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return Arrays.copyOf(bytes, bytes.length);
    }

    @Override
    public String toString() {
        return "MasterKey";
    }
}
