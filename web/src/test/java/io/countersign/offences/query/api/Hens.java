package io.countersign.offences.query.api;

/** A question of the query side. */
public interface Hens {}
