package io.countersign.command.diagnostics.api;

/**
 * One finding about the surroundings of the service.
 *
 * @param code     stable, in capitals with underscores, such as {@code DB_NOT_DURABLE}
 * @param severity how much it matters
 * @param message  what is the case, in one sentence without secrets
 * @param whatToDo what the operator can do about it, in one imperative sentence
 */
public record Diagnostic(String code, Severity severity, String message, String whatToDo) {

    /** How much a finding matters. */
    public enum Severity {
        /** Good to know. */
        INFO,
        /** Works, but should be changed before it matters. */
        WARNING,
        /** A promise of the product does not hold. */
        ERROR
    }
}
