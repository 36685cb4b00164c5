package io.countersign.executors.git;

import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.Masking;
import io.countersign.executors.outbound.Credential;
import io.countersign.executors.workspace.NotPossible;
import io.countersign.executors.workspace.Place;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Repository;
import tools.jackson.databind.JsonNode;

/** What can be done with git in an agent's folder. A push is not taken back: it leaves the house. */
record GitAction(Operation of) implements ActionType {

    static final String HOSTS = "allowed_hosts";
    static final String NAME = "author_name";
    static final String EMAIL = "author_email";

    private static final Masking SHORT = Masking.of(List.of());
    private static final String BRANCH = "\"maxLength\": 200, \"minLength\": 1";
    private static final String FLAG = "{\"enum\": [true, false, \"true\", \"false\"]}";

    /** What is done. */
    enum Operation {
        GIT_COMMIT("Commit what has changed, or only the paths that are named.", ApprovalMode.MANUAL, ExecutionClass.CHECKABLE, "message", """
                "message": {"type": "string", "minLength": 1, "maxLength": 10000},
                "paths": {"description": "Separated by blanks; all changes when absent", "type": "string", "maxLength": 16384}"""),
        GIT_PUSH("Push a branch to where it came from.", ApprovalMode.MANUAL, ExecutionClass.CHECKABLE, "", """
                "remote": {"description": "origin when absent", "type": "string", %1$s},
                "branch": {"description": "The current one when absent", "type": "string", %1$s}"""),
        GIT_PULL("Bring a branch up to date, without a merge.", ApprovalMode.AUTO, ExecutionClass.IDEMPOTENT, "", """
                "remote": {"description": "origin when absent", "type": "string", %1$s},
                "branch": {"description": "The current one when absent", "type": "string", %1$s}"""),
        GIT_CHECKOUT("Change to another branch.", ApprovalMode.AUTO, ExecutionClass.IDEMPOTENT, "branch", """
                "branch": {"type": "string", %1$s}, "create": %2$s"""),
        GIT_BRANCH("Make a branch, or delete one whose commits are elsewhere too.", ApprovalMode.AUTO, ExecutionClass.CHECKABLE, "name", """
                "name": {"type": "string", %1$s}, "delete": %2$s"""),
        GIT_TAG("Set a tag; with a message an annotated one.", ApprovalMode.AUTO, ExecutionClass.CHECKABLE, "name", """
                "name": {"type": "string", %1$s}, "message": {"type": "string", "maxLength": 10000}, "push": %2$s""");

        private final String description;
        private final ApprovalMode mode;
        private final ExecutionClass executionClass;
        private final String schema;

        Operation(String description, ApprovalMode mode, ExecutionClass executionClass, String required, String properties) {
            this.description = description;
            this.mode = mode;
            this.executionClass = executionClass;
            this.schema = """
                    {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "additionalProperties": false,
                    "required": [%s], "properties": {%s,
                    "working_dir": {"description": "Folder of the repository, in the agent's own", "type": "string", "maxLength": 1024}}}"""
                    .formatted(required.isEmpty() ? "" : "\"" + required + "\"", properties.formatted(BRANCH, FLAG));
        }

        /** As agents name it, such as {@code git_commit}. */
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean mayLeave() {
            return this == GIT_PUSH || this == GIT_PULL || this == GIT_TAG;
        }
    }

    @Override
    public String name() {
        return of.wire();
    }

    @Override
    public String description() {
        return of.description;
    }

    @Override
    public String connector() {
        return "git";
    }

    @Override
    public String operation() {
        return name().substring("git_".length());
    }

    @Override
    public String parametersSchema() {
        return of.schema;
    }

    @Override
    public ApprovalMode defaultMode() {
        return of.mode;
    }

    @Override
    public String scope() {
        return "internal";
    }

    @Override
    public ExecutionClass executionClass() {
        return of.executionClass;
    }

    @Override
    public Set<String> settings() {
        return of.mayLeave() ? Set.of(Credential.KEY, Credential.SCHEME, Credential.USERNAME, HOSTS)
                : of == Operation.GIT_COMMIT ? Set.of(NAME, EMAIL) : Set.of();
    }

    @Override
    public Map<String, String> configFaults(Map<String, String> config) {
        String fault = Credential.fault(config.get(Credential.SCHEME));
        return fault.isEmpty() ? Map.of() : Map.of(Credential.SCHEME, fault);
    }

    @Override
    public Description describe(JsonNode params) {
        String folder = SHORT.excerpt(params.path("working_dir").asString("the agent's folder"), 300);
        String branch = said(params, "branch", "the current branch");
        String remote = said(params, "remote", "origin");
        String name = said(params, "name", "");
        String what = switch (of) {
            case GIT_COMMIT -> "Commit " + said(params, "paths", "all changes") + ": " + said(params, "message", "");
            case GIT_PUSH -> "Push " + branch + " to " + remote;
            case GIT_PULL -> "Pull " + branch + " from " + remote;
            case GIT_CHECKOUT -> "Check out " + (flag(params, "create") ? "a branch to be made, " : "") + branch;
            case GIT_BRANCH -> (flag(params, "delete") ? "Delete branch " : "Make branch ") + name;
            case GIT_TAG -> "Set tag " + name + (flag(params, "push") ? " and push it to origin" : "");
        };
        return new Description(SHORT.excerpt(what, 300), folder);
    }

    @Override
    public Optional<Block> gate(JsonNode params, GateFacts facts) {
        for (String name : List.of("branch", "name")) {
            if (params.has(name) && !isName(params.path(name).asString(""))) {
                return Optional.of(new Block("name_refused", "This is no name for a branch or a tag."));
            }
        }
        if (params.has("remote") && !isRemote(params.path("remote").asString(""))) {
            return Optional.of(new Block("name_refused", "A remote is named by letters, digits, _ . and -; an address is not taken."));
        }
        try {
            String folder = params.path("working_dir").asString("");
            if (!Place.isHome(folder)) {
                Place.of(folder);
            }
            for (String path : paths(params)) {
                Place.of(path);
            }
            return Optional.empty();
        } catch (NotPossible refused) {
            return Optional.of(new Block(refused.code(), refused.sentence()));
        }
    }

    static List<String> paths(JsonNode params) {
        String paths = params.path("paths").asString("").strip();
        return paths.isEmpty() ? List.of() : List.of(paths.split("\\s+"));
    }

    static boolean isName(String name) {
        return !name.startsWith("-") && !name.startsWith("refs/") && Repository.isValidRefName("refs/heads/" + name);
    }

    static boolean isRemote(String name) {
        return name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}");
    }

    static boolean flag(JsonNode params, String flag) {
        return params.path(flag).asString("").equals("true") || params.path(flag).isBoolean() && params.path(flag).booleanValue();
    }

    private static String said(JsonNode params, String name, String otherwise) {
        String value = params.path(name).asString("");
        return SHORT.excerpt(value.isEmpty() ? otherwise : value, 200);
    }
}
