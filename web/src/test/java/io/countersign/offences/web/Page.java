package io.countersign.offences.web;

/** Not for other modules. */
public final class Page {}
