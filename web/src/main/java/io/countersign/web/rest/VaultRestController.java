package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.vault.api.Secret;
import io.countersign.command.vault.api.SecretText;
import io.countersign.command.vault.api.Secrets;
import io.countersign.command.vault.api.VaultCommand.BindSecret;
import io.countersign.command.vault.api.VaultCommand.KeepSecrets;
import io.countersign.command.vault.api.VaultCommand.Kept;
import io.countersign.command.vault.api.VaultCommand.RemoveSecret;
import io.countersign.command.vault.api.VaultLocked;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The vault: admins put values in, nobody takes them out. */
@RestController
@RequestMapping(path = "/api/v1/vault", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Vault", description = "Secrets that executors send. Values go in and are never given out again.")
class VaultRestController {

    private static final int LONGEST_VALUE = 65_536;
    private static final int LONGEST_FILE = 512 * 1024;

    private final Secrets secrets;
    private final CommandGateway commands;

    VaultRestController(Secrets secrets, CommandGateway commands) {
        this.secrets = secrets;
        this.commands = commands;
    }

    /** What is in the vault. */
    @Schema(name = "Vault")
    record VaultBody(List<SecretBody> secrets) {}

    /** All that is told of a secret. */
    @Schema(name = "Secret")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record SecretBody(String name, @JsonProperty("set_at") Instant setAt, @JsonProperty("set_by") @Nullable String setBy,
            @Schema(description = "The only host it may be sent to; null when it is not tied to one") @Nullable String host,
            @Schema(description = "How it is sent there") @Nullable String header,
            @JsonProperty("last_used_at") @Nullable Instant lastUsedAt) {

        static SecretBody of(Secret secret, Map<String, Instant> used) {
            var binding = secret.binding();
            return new SecretBody(secret.name(), secret.setAt(), secret.setBy(), binding == null ? null : binding.host(),
                    binding == null ? null : binding.header(), used.get(secret.name()));
        }
    }

    /** What an import did. */
    @Schema(name = "VaultImport")
    record ImportBody(List<String> set, @Schema(description = "There already, and left as they are") List<String> skipped) {}

    /** How many were sealed anew. */
    @Schema(name = "VaultResealed")
    record ResealedBody(int resealed) {}

    @GetMapping
    @Operation(operationId = "listSecrets", summary = "Names, bindings and last use of all secrets; never a value")
    @ApiResponse(responseCode = "200", description = "What is in the vault")
    VaultBody all(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.person(caller);
        return list(caller);
    }

    @PutMapping("/{name}")
    @Operation(operationId = "setSecret", summary = "Put a secret into the vault",
            description = "Body: `{\"value\": \"...\"}`. In force on every node when this returns. The name has letters, digits and underscores.")
    @ApiResponse(responseCode = "200", description = "What is in the vault now")
    VaultBody set(@AuthenticationPrincipal Caller caller, @PathVariable String name, JsonBody body) {
        Gatekeeping.admin(caller);
        var value = body.name("value", LONGEST_VALUE);
        body.finish();
        commands.sendAndWait(new KeepSecrets(caller.workspace(), Map.of(name, new SecretText(value)), true));
        return list(caller);
    }

    @DeleteMapping("/{name}")
    @Operation(operationId = "removeSecret", summary = "Remove a secret for good", description = "Removing what is not there changes nothing.")
    @ApiResponse(responseCode = "200", description = "What is in the vault now")
    VaultBody remove(@AuthenticationPrincipal Caller caller, @PathVariable String name) {
        Gatekeeping.admin(caller);
        commands.sendAndWait(new RemoveSecret(caller.workspace(), name));
        return list(caller);
    }

    @PutMapping("/{name}/binding")
    @Operation(operationId = "bindSecret", summary = "Tie a secret to one host", description = "Body: `host`, such as `api.github.com`, and "
            + "`header`, such as `Authorization: Bearer {value}`. From then on it is sent to that host only.")
    @ApiResponse(responseCode = "200", description = "What is in the vault now")
    VaultBody bind(@AuthenticationPrincipal Caller caller, @PathVariable String name, JsonBody body) {
        Gatekeeping.admin(caller);
        var binding = new Secret.Binding(body.name("host", 260), body.name("header", 500));
        body.finish();
        commands.sendAndWait(new BindSecret(caller.workspace(), name, binding));
        return list(caller);
    }

    @DeleteMapping("/{name}/binding")
    @Operation(operationId = "unbindSecret", summary = "Untie a secret from its host")
    @ApiResponse(responseCode = "200", description = "What is in the vault now")
    VaultBody unbind(@AuthenticationPrincipal Caller caller, @PathVariable String name) {
        Gatekeeping.admin(caller);
        commands.sendAndWait(new BindSecret(caller.workspace(), name, null));
        return list(caller);
    }

    @PostMapping("/import")
    @Operation(operationId = "importSecrets", summary = "Put the lines of a .env file into the vault",
            description = "Body: `env`, the text of the file, and `overwrite`. A line reads `NAME=value`; quotes around a value are taken off, "
                    + "`export` in front and lines that begin with # are passed over. All or nothing.")
    @ApiResponse(responseCode = "200", description = "Which names were set, and which were there already")
    ImportBody imported(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        var text = body.name("env", LONGEST_FILE);
        var overwrite = body.flag("overwrite");
        body.finish();
        Kept kept = commands.sendAndWait(new KeepSecrets(caller.workspace(), lines(text), overwrite));
        return new ImportBody(kept.set(), kept.skipped());
    }

    @PostMapping("/reseal")
    @Operation(operationId = "resealSecrets", summary = "Seal all secrets anew under the master key of now",
            description = "After a change of the master key: once this has returned, the former key is not needed for the vault any more.")
    @ApiResponse(responseCode = "200", description = "How many")
    ResealedBody reseal(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        body.finish();
        try {
            return new ResealedBody(secrets.reseal(caller.workspace()));
        } catch (VaultLocked closed) {
            throw new Refused(RefusalCode.UNSUPPORTED, String.valueOf(closed.getMessage()));
        }
    }

    private VaultBody list(Caller caller) {
        var used = secrets.lastUsed(caller.workspace());
        return new VaultBody(secrets.all(caller.workspace()).stream().map(secret -> SecretBody.of(secret, used)).toList());
    }

    /** A fault names the line, never what it holds. */
    static Map<String, SecretText> lines(String text) {
        var values = new LinkedHashMap<String, SecretText>();
        var number = 0;
        for (var raw : text.lines().toList()) {
            number++;
            var line = (number == 1 ? raw.replaceFirst("^\uFEFF", "") : raw).strip().replaceFirst("^export\\s+", "");
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var equals = line.indexOf('=');
            var name = equals < 1 ? "" : line.substring(0, equals).strip();
            var value = equals < 1 ? "" : unquoted(line.substring(equals + 1).strip());
            if (!name.matches("[A-Za-z0-9_]{1,100}")) {
                throw faulty(number, "does not read NAME=value");
            }
            if (value.isEmpty()) {
                throw faulty(number, "has an empty value, and a secret is never empty");
            }
            values.put(name, new SecretText(value));
        }
        return values;
    }

    private static Refused faulty(int line, String fault) {
        return new Refused(RefusalCode.VALIDATION_ERROR, "Line " + line + " " + fault + ". Nothing was imported.",
                Map.of("details", List.of(Map.of("field", "env", "message", "line " + line + " " + fault))));
    }

    private static String unquoted(String value) {
        var quoted = value.length() >= 2 && (value.startsWith("\"") && value.endsWith("\"") || value.startsWith("'") && value.endsWith("'"));
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
