package io.countersign.offences.command.api;

public record LayEggCommand() {}
