package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.f4b6a3.uuid.UuidCreator;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.datasource.api.DataSourceCommand.DefineDataSource;
import io.countersign.command.datasource.api.DataSourceCommand.RetireDataSource;
import io.countersign.command.datasource.api.DataSourceCommand.ReviseDataSource;
import io.countersign.command.datasource.api.DataSources;
import io.countersign.command.datasource.api.DataSources.Source;
import io.countersign.command.principal.api.Role;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The databases that agents may ask. People see them, admins change them, nobody sees a password. */
@RestController
@RequestMapping(path = "/api/v1/datasources", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Data sources", description = "The databases that agents may ask by `sql:query`.")
class DataSourceRestController {

    private final DataSources sources;
    private final CommandGateway commands;

    DataSourceRestController(DataSources sources, CommandGateway commands) {
        this.sources = sources;
        this.commands = commands;
    }

    /** All of them. */
    @Schema(name = "DataSources")
    record DataSourceList(List<DataSourceBody> datasources) {}

    /** One of them, without its password. */
    @Schema(name = "DataSource")
    record DataSourceBody(String id, String name, String url, String username, @JsonProperty("environment_group") String environmentGroup,
            long version, @JsonProperty("changed_at") Instant changedAt) {

        static DataSourceBody of(Source source) {
            return new DataSourceBody(source.id(), source.name(), source.url(), source.username(), source.environmentGroup(),
                    source.version(), source.changedAt());
        }
    }

    /** What an admin writes. */
    @Schema(name = "NewDataSource")
    record NewDataSource(@Schema(description = "Small letters, digits, `_` and `-`") String name,
            @Schema(example = "jdbc:postgresql://db.example.com:5432/shop?sslmode=verify-full") String url, String username,
            @Schema(description = "Kept sealed and never shown", accessMode = Schema.AccessMode.WRITE_ONLY) String password,
            @JsonProperty("environment_group") @Schema(example = "production") String environmentGroup) {}

    /** What an admin changes. */
    @Schema(name = "ChangedDataSource")
    record ChangedDataSource(String url, String username,
            @Schema(description = "May stay away while url and username stay", accessMode = Schema.AccessMode.WRITE_ONLY)
            @Nullable String password, @JsonProperty("environment_group") String environmentGroup) {}

    @GetMapping
    @Operation(operationId = "listDataSources", summary = "All data sources, by name")
    @ApiResponse(responseCode = "200", description = "All of them, without passwords")
    DataSourceList all(@AuthenticationPrincipal Caller caller) {
        if (caller.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "Agents ask; this is for people.");
        }
        return new DataSourceList(sources.all(caller.workspace()).stream().map(DataSourceBody::of).toList());
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(operationId = "defineDataSource", summary = "Add a data source",
            description = "The gateway connects once and refuses a role that can do more than read what it was granted: a superuser, one with "
                    + "BYPASSRLS, a member of `pg_*_server_*`.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = NewDataSource.class))))
    @ApiResponse(responseCode = "201", description = "It may be asked from now on")
    DataSourceBody define(@AuthenticationPrincipal Caller caller, JsonBody body) {
        requireAdmin(caller);
        var name = body.name("name", 63);
        var url = body.name("url", 500);
        var username = body.name("username", 200);
        var password = body.name("password", 200);
        var group = body.name("environment_group", 63);
        body.finish();
        commands.sendAndWait(new DefineDataSource(UuidCreator.getTimeOrderedEpoch().toString(), caller.workspace(), name, url, username,
                password, group));
        return DataSourceBody.of(known(caller, name));
    }

    @PutMapping("/{name}")
    @Operation(operationId = "reviseDataSource", summary = "Change a data source", description = "Its name stays. What waits for a decision "
            + "is carried out on the data source as it is then.",
            requestBody = @RequestBody(required = true, content = @Content(schema = @Schema(implementation = ChangedDataSource.class))))
    @ApiResponse(responseCode = "200", description = "As it is now")
    DataSourceBody revise(@AuthenticationPrincipal Caller caller, @PathVariable String name, JsonBody body) {
        requireAdmin(caller);
        var source = known(caller, name);
        var url = body.name("url", 500);
        var username = body.name("username", 200);
        var password = body.text("password", 200);
        var group = body.name("environment_group", 63);
        body.finish();
        commands.sendAndWait(new ReviseDataSource(source.id(), caller.workspace(), url, username, password, group));
        return DataSourceBody.of(known(caller, name));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(operationId = "retireDataSource", summary = "Take a data source out of use")
    @ApiResponse(responseCode = "204", description = "It can no longer be asked")
    void retire(@AuthenticationPrincipal Caller caller, @PathVariable String name) {
        requireAdmin(caller);
        commands.sendAndWait(new RetireDataSource(known(caller, name).id(), caller.workspace()));
    }

    private Source known(Caller caller, String name) {
        return sources.byName(caller.workspace(), name)
                .orElseThrow(() -> new Refused(RefusalCode.NOT_FOUND, "There is no such data source."));
    }

    private static void requireAdmin(Caller caller) {
        if (caller.isAgent()) {
            throw new Refused(RefusalCode.FORBIDDEN, "Agents ask; this is for admins.");
        }
        if (!caller.atLeast(Role.ADMIN)) {
            throw new Refused(RefusalCode.INSUFFICIENT_ROLE, "This takes the role admin.");
        }
    }
}
