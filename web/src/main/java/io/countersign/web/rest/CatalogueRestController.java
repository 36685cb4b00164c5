package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.CatalogueCommand.Changed;
import io.countersign.command.catalogue.api.CatalogueCommand.PutEntries;
import io.countersign.command.catalogue.api.CatalogueCommand.RemoveEntry;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.catalogue.api.EntryJson;
import io.countersign.command.catalogue.api.Tier;
import io.countersign.command.principal.api.Principals;
import io.countersign.command.settings.api.ActionSettings;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** The catalogue: agents see what they may ask for, admins write it. */
@RestController
@RequestMapping(path = "/api/v1/catalogue", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Catalogue", description = "What agents may ask for, under which names and on what terms.")
class CatalogueRestController {

    private static final int MAX_BYTES = 900 * 1024;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ActionTypes types;
    private final Entries entries;
    private final Principals principals;
    private final ActionSettings settings;
    private final CommandGateway commands;

    CatalogueRestController(ActionTypes types, Entries entries, Principals principals, ActionSettings settings,
            CommandGateway commands) {
        this.types = types;
        this.entries = entries;
        this.principals = principals;
        this.settings = settings;
        this.commands = commands;
    }

    /** What this caller may ask for. */
    @Schema(name = "Catalogue")
    record CatalogueBody(List<OfferBody> actions) {}

    /** One thing that can be asked for. */
    @Schema(name = "CatalogueAction")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record OfferBody(String name, String description, @Schema(description = "immediate, delayed, staged or blocked") String tier,
            @Schema(description = "internal or external") String scope,
            @Schema(description = "Absent when somebody outside does it") @JsonProperty("action_type") @Nullable String actionType,
            List<ParamBody> params, @Schema(description = "JSON Schema of the parameters", types = "object") @JsonRawValue String schema,
            @Schema(description = "Version of the entry; absent for what comes with the product") @Nullable Long version) {}

    /** One parameter. */
    @Schema(name = "CatalogueParam")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ParamBody(String name, @Nullable String description, boolean required) {}

    /** The entries as a file holds them. */
    @Schema(name = "CatalogueFile")
    record FileBody(@Schema(description = "Entries, each as `PUT /api/v1/catalogue/{name}` takes them, with `name`", types = "array")
            @JsonRawValue String actions) {}

    /** What a change did, by name. */
    @Schema(name = "CatalogueChange")
    record ChangeBody(List<String> set, List<String> unchanged, List<String> removed,
            @Schema(description = "What to think about; nothing was refused for it") List<String> warnings) {}

    @GetMapping
    @Operation(operationId = "listCatalogue", summary = "What the caller may ask for",
            description = "Names, parameters and tiers. How an entry is configured, and which secrets it uses, is not shown here.")
    @ApiResponse(responseCode = "200", description = "What can be asked for, by name")
    CatalogueBody offered(@AuthenticationPrincipal Caller caller) {
        var principal = principals.byId(caller.principalId())
                .orElseThrow(() -> new Refused(RefusalCode.FORBIDDEN, "These credentials may not ask for actions here."));
        return new CatalogueBody(types.offered(principal).stream().filter(type -> isEnabled(type.name())).map(CatalogueRestController::offer).toList());
    }

    @GetMapping("/export")
    @Operation(operationId = "exportCatalogue", summary = "All entries, as a file to import elsewhere")
    @ApiResponse(responseCode = "200", description = "Entries with their configuration; secrets are named, not contained")
    FileBody export(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.person(caller);
        return new FileBody(entries.all(caller.workspace()).stream().map(entry -> EntryJson.write(entry).toString())
                .collect(Collectors.joining(",", "[", "]")));
    }

    @PutMapping("/{name}")
    @Operation(operationId = "putCatalogueEntry", summary = "Make or change an entry",
            description = "Members as in `actions.json`: `description`, `action_type`, `tier`, `params`, `config`; and `scope`, `approval`, "
                    + "`required_role`, `schema`, `delay_seconds`, `timeout_ms`, `rate_limit_per_minute`, `reversible`, `enabled`, `agents`. "
                    + "`version`, or If-Match, names the version the change was made from; another one is answered 409 `stale_version`. The ETag is "
                    + "the version now. In force on every node when this returns.")
    @ApiResponse(responseCode = "200", description = "What was done")
    ResponseEntity<ChangeBody> put(@AuthenticationPrincipal Caller caller, @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch, JsonBody body) {
        Gatekeeping.admin(caller);
        var entry = JSON.createObjectNode();
        for (var member : EntryJson.MEMBERS) {
            var raw = body.json(member, MAX_BYTES);
            if (raw != null) {
                entry.set(member, JSON.readTree(raw));
            }
        }
        var version = body.integer("version", 0);
        body.finish();
        var from = Inputs.version(ifMatch, version, "entry").orElse(null);
        var definition = EntryJson.read(entry, types::byName);
        var done = change(caller, new PutEntries(caller.workspace(), Map.of(name, definition), from, false));
        var answer = ResponseEntity.ok();
        entries.byName(caller.workspace(), name).ifPresent(now -> answer.eTag("\"" + now.version() + "\""));
        return answer.body(done);
    }

    @DeleteMapping("/{name}")
    @Operation(operationId = "removeCatalogueEntry", summary = "Remove an entry",
            description = "What was asked for through it and has not started is blocked. Removing what is not there changes nothing.")
    @ApiResponse(responseCode = "200", description = "What was done")
    ChangeBody remove(@AuthenticationPrincipal Caller caller, @PathVariable String name) {
        Gatekeeping.admin(caller);
        var there = entries.byName(caller.workspace(), name).isPresent();
        commands.sendAndWait(new RemoveEntry(caller.workspace(), name));
        return new ChangeBody(List.of(), List.of(), there ? List.of(name) : List.of(), List.of());
    }

    @PostMapping("/import")
    @Operation(operationId = "importCatalogue", summary = "Take in a file of entries",
            description = "Body: `actions`, the list that an `actions.json` holds, and `replace`, which removes entries the list does not name. The "
                    + "list is checked whole: one bad entry is named, and nothing changes.")
    @ApiResponse(responseCode = "200", description = "What was done")
    ChangeBody imported(@AuthenticationPrincipal Caller caller, JsonBody body) {
        Gatekeeping.admin(caller);
        var list = body.json("actions", MAX_BYTES);
        var replace = body.flag("replace");
        if (list == null) {
            body.fault("actions", "is required");
        }
        body.finish();
        return change(caller, new PutEntries(caller.workspace(), EntryJson.readAll(JSON.readTree(String.valueOf(list)), types::byName), null, replace));
    }

    private boolean isEnabled(String type) {
        Boolean own = settings.of(type).enabled();
        return !Boolean.FALSE.equals(own != null ? own : settings.defaults().enabled());
    }

    private ChangeBody change(Caller caller, PutEntries put) {
        Changed changed = commands.sendAndWait(put);
        var warnings = new ArrayList<String>();
        changed.set().forEach(name -> entries.byName(caller.workspace(), name).flatMap(CatalogueRestController::warning).ifPresent(warnings::add));
        return new ChangeBody(changed.set(), changed.unchanged(), changed.removed(), warnings);
    }

    /** What somebody should know before agents use it. */
    static Optional<String> warning(Entry entry) {
        var it = entry.definition();
        var runs = it.approval() == null ? it.tier() == Tier.IMMEDIATE
                : it.approval() == ApprovalMode.AUTO;
        return runs && it.scope().equals("external") && !"http_get".equals(it.type())
                ? Optional.of(entry.name() + " reaches outside and runs without asking a person.") : Optional.empty();
    }

    private static OfferBody offer(ActionType type) {
        var schema = JSON.readTree(type.parametersSchema());
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asString()));
        var params = schema.path("properties").properties().stream().map(property -> new ParamBody(property.getKey(),
                property.getValue().hasNonNull("description") ? property.getValue().path("description").asString() : null,
                required.contains(property.getKey()))).toList();
        var entry = type.entry();
        return new OfferBody(entry.map(Entry::name).orElse(type.name()), type.description(), type.defaultTier().wire(), type.scope(),
                entry.isPresent() ? entry.get().definition().type() : type.name(), params, type.parametersSchema(),
                entry.map(Entry::version).orElse(null));
    }
}
