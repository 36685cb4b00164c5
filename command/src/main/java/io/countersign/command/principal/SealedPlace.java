package io.countersign.command.principal;

/** Where sealed boxes of principals stand; part of their associated data, so never renamed. */
final class SealedPlace {

    static final String PERSON = "principal.person_added";
    static final String AGENT = "principal.agent_created";
    static final String ERASED = "principal.erased";
    static final String PASSWORD = "principal.password_changed";

    private SealedPlace() {}
}
