package io.countersign.web.security;

/** A person signed in to the console. Published within the node. */
public record SignedIn(Caller caller) {}
