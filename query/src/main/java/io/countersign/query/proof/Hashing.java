package io.countersign.query.proof;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 as RFC 6962 uses it: leaves and nodes are told apart by their first byte. Not for several threads. */
final class Hashing {

    static final int LENGTH = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest sha256;

    Hashing() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Of an entry in two parts; the second runs from a place to the end of its array. */
    byte[] leaf(byte[] first, byte[] second, int start) {
        sha256.update(LEAF);
        sha256.update(first);
        sha256.update(second, start, second.length - start);
        return sha256.digest();
    }

    byte[] node(byte[] left, byte[] right) {
        sha256.update(NODE);
        sha256.update(left);
        return sha256.digest(right);
    }

    byte[] plain(byte[] bytes) {
        return sha256.digest(bytes);
    }
}
