package io.countersign.command.reach.api;

/** How far agents reach, the same on every node. */
@FunctionalInterface
public interface Reaches {

    /** That of an agent; {@link Reach#UNLIMITED} where nobody limited it. */
    Reach of(String agentId);
}
