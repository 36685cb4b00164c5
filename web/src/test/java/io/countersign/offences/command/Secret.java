package io.countersign.offences.command;

/** Not for other modules. */
public final class Secret {}
