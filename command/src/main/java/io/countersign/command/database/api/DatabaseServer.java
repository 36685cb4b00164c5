package io.countersign.command.database.api;

/** The server that keeps the events, as it says itself. Fails with a {@link org.springframework.dao.DataAccessException} when it cannot be asked. */
public interface DatabaseServer {

    /** Its version, such as {@code 18.1}. */
    String version();

    /** True when what it acknowledged outlives a failure of the machine. */
    boolean isDurable();
}
