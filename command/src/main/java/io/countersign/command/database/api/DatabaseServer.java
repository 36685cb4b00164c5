package io.countersign.command.database.api;

/**
 * The server that keeps the events, as it says itself. When it cannot be asked, each question fails with a
 * {@link org.springframework.dao.DataAccessException}.
 */
public interface DatabaseServer {

    /** Its version, such as {@code 18.1}. */
    String version();

    /** True when what it acknowledged outlives a failure of the machine. */
    boolean isDurable();
}
