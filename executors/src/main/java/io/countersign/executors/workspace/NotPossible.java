package io.countersign.executors.workspace;

import java.io.IOException;
import java.io.Serial;

/** Why a file cannot be changed so: a stable code, and a sentence that names nothing outside the agent's folder. */
public final class NotPossible extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String code;

    /** Says why, in a word and in a sentence. */
    public NotPossible(String code, String sentence) {
        super(sentence);
        this.code = code;
    }

    /** Such as {@code no_such_file}. */
    public String code() {
        return code;
    }

    /** The sentence. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
