package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.command.api.RefusalCode;
import io.countersign.command.api.Refused;
import io.countersign.command.killswitch.api.Category;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchCommand.ReleaseSwitch;
import io.countersign.command.killswitch.api.SwitchCommand.ThrowSwitch;
import io.countersign.command.killswitch.api.SwitchScope;
import io.countersign.command.killswitch.api.Switches;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Kill switches: everybody may look, admins throw and release. */
@RestController
@RequestMapping(path = "/api/v1/switches", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Kill switches", description = "Stop everything, a category, an agent, an action type or an executor, at once and on every node.")
class SwitchRestController {

    private static final String BLOCKED = "blocked";
    private static final String ALLOWED = "allowed";

    private final Switches switches;
    private final CommandGateway commands;

    SwitchRestController(Switches switches, CommandGateway commands) {
        this.switches = switches;
        this.commands = commands;
    }

    /** What is stopped, and which categories there are. */
    @Schema(name = "Switches")
    record SwitchList(@Schema(description = "Those that are thrown, the widest first") List<SwitchBody> switches,
            List<CategoryBody> categories) {}

    /** A switch that is thrown. */
    @Schema(name = "Switch")
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record SwitchBody(String name, @Schema(description = "everything, category, agent, action_type or executor") String scope, String subject,
            @JsonProperty("thrown_by") String thrownBy, Instant since, @Nullable String reason) {

        static SwitchBody of(KillSwitch thrown) {
            return new SwitchBody(thrown.name(), thrown.scope().wire(), thrown.subject(), thrown.thrownBy(), thrown.since(), thrown.reason());
        }
    }

    /** A category and whether it is stopped. */
    @Schema(name = "SwitchCategory")
    record CategoryBody(String name, String label, String description, @Schema(description = "allowed or blocked") String status) {}

    @GetMapping
    @Operation(operationId = "listSwitches", summary = "What is stopped by a kill switch")
    @ApiResponse(responseCode = "200", description = "Switches that are thrown, and all categories with their state")
    SwitchList all(@AuthenticationPrincipal Caller caller) {
        Gatekeeping.person(caller);
        return list(caller);
    }

    @PutMapping({"/{scope}", "/{scope}/{subject}"})
    @Operation(operationId = "setSwitch", summary = "Throw or release a kill switch",
            description = "In force on every node when this returns. `everything` has no subject. While a switch is thrown, requests it concerns "
                    + "are answered 423 `frozen` (everything, agent) or recorded as blocked, and what is cleared and not started is held.")
    @ApiResponse(responseCode = "200", description = "How all switches stand now")
    SwitchList set(@AuthenticationPrincipal Caller caller, @PathVariable String scope, @PathVariable(required = false) @Nullable String subject,
            JsonBody body) {
        Gatekeeping.admin(caller);
        var status = body.word("status", Set.of(BLOCKED, ALLOWED));
        var reason = body.text("reason", 1_000);
        body.finish();
        var of = SwitchScope.of(scope).orElseThrow(() -> new Refused(RefusalCode.UNSUPPORTED,
                "There is no such scope. Use everything, category, agent, action_type or executor."));
        var what = subject == null ? "" : subject;
        commands.sendAndWait(BLOCKED.equals(status) ? new ThrowSwitch(caller.workspace(), of, what, reason)
                : new ReleaseSwitch(caller.workspace(), of, what, reason));
        return list(caller);
    }

    private SwitchList list(Caller caller) {
        var thrown = switches.thrown(caller.workspace());
        var stopped = thrown.stream().filter(one -> one.scope() == SwitchScope.CATEGORY).map(KillSwitch::subject).toList();
        return new SwitchList(thrown.stream().map(SwitchBody::of).toList(), Arrays.stream(Category.values())
                .map(category -> new CategoryBody(category.wire(), category.label(), category.description(),
                        stopped.contains(category.wire()) ? BLOCKED : ALLOWED)).toList());
    }
}
