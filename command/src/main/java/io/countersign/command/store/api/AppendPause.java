package io.countersign.command.store.api;

import java.util.function.Supplier;

/** Holds the append lock of all nodes for a moment, so that something can be compared while the log stands still. */
public interface AppendPause {

    /** Runs the task while nothing is appended anywhere. It must take milliseconds: every command waits. */
    <T> T whilePaused(Supplier<T> task);
}
