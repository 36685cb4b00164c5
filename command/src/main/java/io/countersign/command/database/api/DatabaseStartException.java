package io.countersign.command.database.api;

import org.jspecify.annotations.Nullable;

/**
 * The database cannot be used, so the service does not start. The message says in one sentence what is wrong;
 * {@link #whatToDo()} says what the operator can do about it.
 */
public final class DatabaseStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String whatToDo;

    public DatabaseStartException(String message, String whatToDo) {
        this(message, whatToDo, null);
    }

    public DatabaseStartException(String message, String whatToDo, @Nullable Throwable cause) {
        super(message, cause);
        this.whatToDo = whatToDo;
    }

    /** What the operator can do, as an imperative sentence. */
    public String whatToDo() {
        return whatToDo;
    }
}
