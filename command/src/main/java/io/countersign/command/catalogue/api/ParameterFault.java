package io.countersign.command.catalogue.api;

/** One thing wrong with the parameters: where, as a dotted path from {@code params}, and what. */
public record ParameterFault(String field, String message) {}
