package io.countersign.command.vault.api;

/**
 * A secret in clear. It prints as nothing, so that no log and no message can hold it by accident.
 *
 * @param value 1 to 65,536 characters
 */
public record SecretText(String value) {

    @Override
    public String toString() {
        return "SecretText";
    }
}
