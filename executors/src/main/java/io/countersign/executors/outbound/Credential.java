package io.countersign.executors.outbound;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.vault.api.Secret;
import io.countersign.command.vault.api.Secrets;
import io.countersign.command.vault.api.VaultLocked;
import io.countersign.executors.ExecutionOutcome;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request carries to be let in: a header, and what of it must never be shown.
 *
 * @param header null when nothing is sent in a header
 * @param hidden texts to mask in whatever comes back
 */
public record Credential(@Nullable String header, @Nullable String value, List<String> hidden) {

    /** Nothing is needed to be let in. */
    public static final Credential NONE = new Credential(null, null, List.of());

    /** Name of the secret. This and the next two are keys of a configuration. */
    public static final String KEY = "auth_vault_key";
    /** Bearer, basic, or a header. */
    public static final String SCHEME = "auth_scheme";
    /** For basic, where the secret is a password alone. */
    public static final String USERNAME = "username";

    private static final Pattern NAMED = Pattern.compile("header:\\s*([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100})");
    private static final Pattern TEMPLATE = Pattern.compile("([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}):\\s*([\\x20-\\x7e]{0,400})");

    /** Why a request cannot be made; nothing has left the house. */
    public static final class Missing extends Exception {

        private static final long serialVersionUID = 1L;

        private final String errorClass;

        /** Says why, in a word and in a sentence. */
        public Missing(String errorClass, String message) {
            super(message, null, false, false);
            this.errorClass = errorClass;
        }

        /** What it means for an attempt: a stable word such as {@code secret_missing}, and the sentence. */
        public ExecutionOutcome.Failed outcome() {
            return new ExecutionOutcome.Failed(errorClass, String.valueOf(getMessage()), null);
        }
    }

    /** What is wrong with a scheme; empty when it can be used. An unknown one is never taken for another. */
    public static String fault(@Nullable String scheme) {
        return scheme == null || scheme.equals("bearer") || scheme.equals("basic") || NAMED.matcher(scheme).matches()
                || TEMPLATE.matcher(scheme).matches() && scheme.contains("{value}") ? ""
                : "must be bearer, basic, header:Name, or a header with {value} in it, such as X-API-Key: {value}";
    }

    /**
     * Takes the secret that the configuration names out of the vault.
     *
     * @throws Missing when there is none, it cannot be opened, or it may not be sent there
     */
    public static Credential of(Map<String, String> config, Attempt attempt, URI to, Secrets secrets) throws Missing {
        String name = config.get(KEY);
        if (name == null || name.isBlank()) {
            return NONE;
        }
        String secret = take(name, attempt, to, secrets);
        Secret.Binding binding = secrets.byName(attempt.workspace(), name).map(Secret::binding).orElse(null);
        String scheme = config.get(SCHEME);
        if (scheme == null && binding != null) {
            return header(binding.headerName(), binding.headerValue(), secret);
        }
        if (scheme == null || scheme.equals("bearer")) {
            return header("Authorization", "Bearer {value}", secret);
        }
        if (scheme.equals("basic")) {
            String username = config.get(USERNAME);
            if (!secret.contains(":") && username == null) {
                throw new Missing("credential_incomplete", "Basic needs a user name: set username in the entry, or keep user:password in " + name + ".");
            }
            String pair = secret.contains(":") ? secret : username + ":" + secret;
            String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            return new Credential("Authorization", "Basic " + encoded, List.of(secret, pair, encoded));
        }
        var named = NAMED.matcher(scheme);
        if (named.matches()) {
            return header(named.group(1), "{value}", secret);
        }
        var template = TEMPLATE.matcher(scheme);
        if (template.matches()) {
            return header(template.group(1), template.group(2), secret);
        }
        throw new Missing("credential_incomplete", "auth_scheme " + fault(scheme) + ".");
    }

    /**
     * The value of a secret that may be sent there. That this attempt uses it is on the log before.
     *
     * @throws Missing when there is none, it cannot be opened, it is bound elsewhere, or its use cannot be recorded
     */
    public static String take(String name, Attempt attempt, URI to, Secrets secrets) throws Missing {
        Secret known = secrets.byName(attempt.workspace(), name)
                .orElseThrow(() -> new Missing("secret_missing", "The vault holds no secret called " + name + ". Nothing was sent."));
        Secret.Binding binding = known.binding();
        if (binding != null && !binding.allows(to.getHost(), to.getPort())) {
            throw new Missing("secret_bound_elsewhere", name + " may be sent to " + binding.host() + " only. Nothing was sent.");
        }
        return taken(name, attempt, to.getHost() + (to.getPort() == -1 ? "" : ":" + to.getPort()), secrets);
    }

    /**
     * The value of a secret that is itself the address.
     *
     * @throws Missing when there is none, it cannot be opened, or its use cannot be recorded
     */
    public static String takeAddress(String name, Attempt attempt, Secrets secrets) throws Missing {
        return taken(name, attempt, null, secrets).strip();
    }

    private static String taken(String name, Attempt attempt, @Nullable String host, Secrets secrets) throws Missing {
        try {
            Secrets.Use use = new Secrets.Use(attempt.actionId(), attempt.attempt(), attempt.rollback() != null, host);
            return secrets.take(attempt.workspace(), name, use)
                    .orElseThrow(() -> new Missing("secret_missing", "The vault holds no secret called " + name + ".")).value();
        } catch (VaultLocked closed) {
            throw new Missing("secret_unreadable", String.valueOf(closed.getMessage()));
        } catch (Secrets.Unrecorded unrecorded) {
            throw new Missing("secret_use_unrecorded", "The use of " + name + " could not be recorded, so it was not taken out. Nothing was sent.");
        }
    }

    /** Headers to send; empty when nothing is needed. */
    public Map<String, String> headers() {
        return header == null || value == null ? Map.of() : Map.of(header, value);
    }

    private static Credential header(String name, String template, String secret) {
        String value = template.replace("{value}", secret);
        return new Credential(name, value, List.of(secret, value));
    }

    @Override
    public String toString() {
        return "Credential[" + header + "]";
    }
}
