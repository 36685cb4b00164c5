package io.countersign.offences.executors;

/** Not for other modules. */
public final class Tool {}
