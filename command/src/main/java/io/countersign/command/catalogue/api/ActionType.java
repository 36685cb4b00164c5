package io.countersign.command.catalogue.api;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.Execution;
import io.countersign.command.action.api.Terms.ExecutionClass;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The contract of one action type: what it takes, how it is shown, who may be reached. Implementations are Spring beans and stateless. */
public interface ActionType {

    /** Unique name, {@code connector:operation}. */
    String name();

    /** One sentence for people and agents. */
    String description();

    /** JSON Schema (2020-12) of the parameters; an object schema that closes its properties. */
    String parametersSchema();

    /** Mode used when neither file nor environment says otherwise. */
    ApprovalMode defaultMode();

    /** {@code external} when the effect leaves the house. */
    String scope();

    /** True when executed actions of this type carry a way back. */
    default boolean reversible() {
        return false;
    }

    /** What a crash between start and outcome means. */
    ExecutionClass executionClass();

    /** How long an action that needs nobody waits before it starts, so that it can still be withdrawn. Zero to one day. */
    default Duration delay() {
        return Duration.ZERO;
    }

    /** Who does it: the gateway itself, a worker outside that comes for it, or the caller. */
    default Execution execution() {
        return Execution.GATEWAY;
    }

    /** Names of the settings that must be present for the real effect, such as {@code RESEND_API_KEY}. */
    default List<String> requiredCredentials() {
        return List.of();
    }

    /** Names of the secrets of the vault that are used where an entry names no others. */
    default List<String> usualSecrets() {
        return List.of();
    }

    /** Words for the reviewer, from valid parameters. Pure. */
    Description describe(JsonNode params);

    /** A reason to block before anything is queued, or nothing. */
    default Optional<Block> gate(JsonNode params, GateFacts facts) {
        return Optional.empty();
    }

    /**
     * @param summary one line: verb, object, where; our words, at most 300 characters
     * @param target where it goes, at most 500 characters
     */
    record Description(String summary, String target) {}

    /** A stable code and one sentence that names the value at fault. */
    record Block(String code, String reason) {}

    /** What a gate may ask. {@code isMember} is true for an e-mail address of a person of this workspace. */
    record GateFacts(String workspace, Predicate<String> isMember, Map<String, @Nullable String> settings) {}

    /** The money that leaves; empty for types that move none, and when the parameters do not say it clearly: the gate then blocks. */
    default Optional<Money> money(JsonNode params) {
        return Optional.empty();
    }

    /** The program and its arguments, for types that run one; empty for others. */
    default List<String> commandLine(JsonNode params) {
        return List.of();
    }

    /** The host that a call has chosen; empty where it cannot choose, or what it says cannot be read. */
    default Optional<String> host(JsonNode params) {
        return Optional.empty();
    }

    /**
     * What makes two requests of one requester the same. While the first is open, or its approval still counts, the second is answered with
     * it. Empty when each request is one of its own. The parameters have not been checked yet.
     */
    default Optional<String> fingerprint(String workspace, JsonNode params) {
        return Optional.empty();
    }

    /** How often one requester may ask for it in a minute; empty for no limit beside those that settings make. */
    default OptionalInt callsPerMinute() {
        return OptionalInt.empty();
    }

    /** What becomes of a call when nobody says otherwise. */
    default Tier defaultTier() {
        return defaultMode() != ApprovalMode.AUTO ? Tier.STAGED : delay().isZero() ? Tier.IMMEDIATE : Tier.DELAYED;
    }

    // ---- for entries of the catalogue ----

    /** True for a type that takes too much from a caller to be called without an entry that fixes some of it. */
    default boolean needsEntry() {
        return false;
    }

    /** Names of what an entry may configure beside the parameters; a name that ends in {@code vault_key} holds the name of a secret. */
    default Set<String> settings() {
        return Set.of();
    }

    /** What is wrong with the values of a configuration, by key. */
    default Map<String, String> configFaults(Map<String, String> config) {
        return Map.of();
    }

    /** Name of the parameter that takes, as one object, the parameters an entry names itself; empty when they are parameters of the type. */
    default String collects() {
        return "";
    }

    /** Parameters made ready to be looked at and executed, such as an address put together from its parts. Pure. */
    default JsonNode complete(JsonNode params, Map<String, String> config) {
        return params;
    }

    /** The entry through which this type is offered; empty for the type itself. */
    default Optional<Entry> entry() {
        return Optional.empty();
    }

    /** The parameters of a call together with what the entry fixes; those of the call for the type itself. */
    default JsonNode effective(JsonNode params) {
        return params;
    }

    // ---- names ----

    /** {@code email} of {@code email:send}, {@code github} of {@code github.merge_pr}, {@code http} of {@code http_get}. */
    default String connector() {
        return connectorOf(name());
    }

    /** {@code send} of {@code email:send}; the whole name where it has one part. */
    default String operation() {
        int cut = cut(name());
        return cut < 0 ? name() : name().substring(cut + 1);
    }

    /** The connector that the name of a type names. */
    static String connectorOf(String name) {
        int cut = cut(name);
        return cut < 0 ? name : name.substring(0, cut);
    }

    private static int cut(String name) {
        int colon = name.indexOf(':');
        int dot = name.indexOf('.');
        return colon >= 0 ? colon : dot >= 0 ? dot : name.indexOf('_');
    }
}
