package io.countersign.query.proof.api;

/** The tree does not fit the log or itself. It is not repaired: that would hide what happened. */
public final class TreeBroken extends RuntimeException {

    @java.io.Serial
    private static final long serialVersionUID = 1L;

    /** Says what does not fit, in one sentence. */
    public TreeBroken(String message) {
        super(message);
    }
}
