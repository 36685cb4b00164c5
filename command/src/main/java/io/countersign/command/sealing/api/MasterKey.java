package io.countersign.command.sealing.api;

import java.util.Arrays;
import java.util.List;

/** The key that wraps all data keys: 32 bytes that never leave the process. */
public final class MasterKey {

    private final byte[] bytes;
    private final List<MasterKey> former;

    /**
     * @param bytes exactly 32
     * @throws IllegalArgumentException for any other length
     */
    public MasterKey(byte[] bytes) {
        this(bytes, List.of());
    }

    /**
     * A key that takes over from others: what they wrapped can still be read, and everything new is wrapped by this one.
     *
     * @param bytes exactly 32
     * @throws IllegalArgumentException for any other length
     */
    public MasterKey(byte[] bytes, List<MasterKey> former) {
        if (bytes.length != 32) {
            throw new IllegalArgumentException("The master key must have 32 bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
        this.former = List.copyOf(former);
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return Arrays.copyOf(bytes, bytes.length);
    }

    /** The keys it took over from. */
    public List<MasterKey> former() {
        return former;
    }

    @Override
    public String toString() {
        return "MasterKey";
    }
}
