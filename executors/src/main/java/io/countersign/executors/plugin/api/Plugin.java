package io.countersign.executors.plugin.api;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One kind of action, in a jar of its own. The jar names the class, which has a public constructor without parameters, in
 * {@code META-INF/services/io.countersign.executors.plugin.api.Plugin}.
 *
 * <p>A plug-in is asked to act only after the gate: an entry of the catalogue offers its type, the parameters fit its schema, policies and people
 * have agreed, and the attempt is on record. It is stateless, used by many threads, and stops when it is interrupted: an effect after that is a
 * fault. A plug-in that is neither {@linkplain #idempotent() idempotent} nor {@link Checkable} is done at most once: after a crash in the middle
 * a person finds out what happened.
 */
public interface Plugin {

    /** A word of small letters, digits and {@code _}, 2 to 60, that begins with a letter. The action type is called {@code plugin.} and this. */
    String name();

    /** One sentence for people and agents. */
    String description();

    /** JSON Schema (2020-12) of the parameters: an object with {@code additionalProperties} false. */
    String schema();

    /** Whether doing it again with the same {@link Call#actionId()} has no second effect. */
    default boolean idempotent() {
        return false;
    }

    /** Whether the effect stays in the house. */
    default boolean internal() {
        return false;
    }

    /** What an entry may configure beside the parameters; a name that ends in {@code vault_key} takes the name of a secret. */
    default Set<String> settings() {
        return Set.of();
    }

    /** Words for the reviewer, from valid parameters. Quick, and without looking anywhere: after a second it is not listened to any more. */
    Words describe(Map<String, Object> params);

    /**
     * Acts. An exception says that nobody knows whether it happened.
     *
     * @param call what was approved
     */
    Outcome execute(Call call) throws Exception;

    /** Can find out whether an earlier attempt took effect. */
    interface Checkable extends Plugin {

        /** Whether the action of this id was done: how it ended, or empty when the far side says that it was not. */
        Optional<Outcome> lookUp(Call call) throws Exception;
    }

    /** Can undo what it did. */
    interface Reversible extends Plugin {

        /** Undoes an executed action. {@code wayBack} is what {@link Outcome.Done} said then. */
        Outcome rollBack(Call call, String wayBack) throws Exception;
    }

    /**
     * @param summary one line: verb, object, where; at most 300 characters
     * @param target where it goes; at most 500 characters
     */
    record Words(String summary, String target) {}

    /**
     * What was approved.
     *
     * @param actionId the same for all attempts: a key for the far side
     * @param attempt counts from 1
     * @param params as JSON has them: String, Boolean, Long, BigInteger, BigDecimal, List, Map; a null is absent
     * @param config what the entry configures, without names of secrets
     * @param secrets values of the secrets that the entry names, by setting
     * @param timeLeft until it is interrupted
     */
    record Call(String actionId, int attempt, Map<String, Object> params, Map<String, String> config, Map<String, String> secrets,
            Duration timeLeft) {

        @Override
        public String toString() {
            return "Call[" + actionId + ", " + attempt + "]";
        }
    }

    /** How it ended. Values of the secrets are masked in all of it. */
    sealed interface Outcome {

        /**
         * It happened.
         *
         * @param output as JSON has it; 64 KiB are kept
         * @param wayBack what {@link Reversible#rollBack} needs, at most 16,384 characters; null for no way back
         */
        record Done(Map<String, Object> output, @Nullable String wayBack) implements Outcome {

            /** Without a way back. */
            public Done(Map<String, Object> output) {
                this(output, null);
            }
        }

        /** It is known not to have happened. {@code code} is a stable word of small letters, digits and {@code _}, at most 60. */
        record Failed(String code, String sentence) implements Outcome {}

        /** Nobody knows. */
        record Unknown(String sentence) implements Outcome {}
    }
}
