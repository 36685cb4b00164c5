package io.countersign.web.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.web.security.Caller;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the description of the interface says beside what the controllers say themselves: who may call, and how errors look. */
@SuppressWarnings({"rawtypes", "unchecked"}) // the model's own schema type is raw in half of its methods
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String PROBLEM = "Problem";
    private static final Map<String, String> PROBLEMS = problems();
    private static final List<Class<? extends Record>> ANSWERS = List.of(ActionBody.class, ActionBody.RollbackInfo.class, ActionPage.class,
            VerdictBody.class, Decisions.BulkReport.class, Decisions.BulkError.class, ProjectionRestController.ProjectionList.class,
            ProjectionRestController.ProjectionBody.class, ProjectionRestController.RebuildBody.class, ProjectionRestController.Sweep.class,
            SwitchRestController.SwitchList.class, SwitchRestController.SwitchBody.class, SwitchRestController.CategoryBody.class,
            BudgetRestController.BudgetList.class, BudgetRestController.BudgetBody.class, BudgetRestController.WindowBody.class,
            ExecPolicyRestController.ExecPolicyBody.class, CatalogueRestController.CatalogueBody.class, CatalogueRestController.OfferBody.class,
            VaultRestController.VaultBody.class, VaultRestController.SecretBody.class,
            ApprovalRule.class, ApprovalRequest.class, ControlAction.class, ControlAction.PolicyResult.class,
            ControlApprovalController.Approval.class, ControlApprovalController.Decided.class, ControlPolicyController.ControlPolicy.class,
            BacktestRestController.BacktestBody.class, BacktestRestController.RowBody.class);

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(JsonBody.class, Caller.class);
    }

    @Bean
    OpenAPI description() {
        return new OpenAPI()
                .info(new Info().title("Countersign").version("1")
                        .description("The approval gateway between AI agents and the things they can break. An agent asks for an action; rules "
                                + "or a person decide; Countersign carries it out once and records every step.")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .servers(List.of(new Server().url("/").description("This Countersign")))
                .components(new Components()
                        .addSecuritySchemes("agentKey", new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")
                                .bearerFormat("csk_...").description("API key of an agent. Agents ask, read their own and withdraw their own."))
                        .addSecuritySchemes("person", new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("basic")
                                .description("E-mail address and password of a person."))
                        .addSchemas(PROBLEM, problem()))
                .security(List.of(new SecurityRequirement().addList("agentKey"), new SecurityRequirement().addList("person")));
    }

    @Bean
    OpenApiCustomizer problemsOfEveryOperation() {
        return api -> {
            api.getPaths().entrySet().removeIf(path -> !path.getKey().startsWith("/api/") && !path.getKey().startsWith("/v1/"));
            api.getPaths().values().forEach(path -> path.readOperations().forEach(OpenApiConfiguration::addProblems));
            ANSWERS.forEach(answer -> tellNulls(answer, api.getComponents().getSchemas()));
            api.getComponents().setSchemas(new TreeMap<>(api.getComponents().getSchemas()));
            api.setPaths(sorted(api.getPaths()));
        };
    }

    /** Answers always carry all their members, so what may be missing is null, and all are required. */
    private static void tellNulls(Class<? extends Record> answer, Map<String, Schema> schemas) {
        var named = answer.getAnnotation(io.swagger.v3.oas.annotations.media.Schema.class);
        Schema<?> schema = schemas.get(named == null ? answer.getSimpleName() : named.name());
        for (var component : answer.getRecordComponents()) {
            var renamed = component.getAccessor().getAnnotation(JsonProperty.class);
            var name = renamed == null ? component.getName() : renamed.value();
            Schema<?> member = schema.getProperties().get(name);
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                schema.getProperties().put(name, orNull(member));
            }
            if (!component.getAccessor().isAnnotationPresent(JsonInclude.class)) {
                schema.addRequiredItem(name);
            }
        }
    }

    private static Schema<?> orNull(Schema<?> schema) {
        if (schema.get$ref() != null) {
            return new Schema<>().description(schema.getDescription())
                    .anyOf(List.of(new Schema<>().$ref(schema.get$ref()), new Schema<>().types(Set.of("null"))));
        }
        if (schema.getTypes() != null) {
            var types = new LinkedHashSet<>(schema.getTypes());
            types.add("null");
            schema.setTypes(types);
        }
        return schema;
    }

    private static Paths sorted(Paths paths) {
        var sorted = new Paths();
        new TreeMap<>(paths).forEach(sorted::addPathItem);
        return sorted;
    }

    private static void addProblems(Operation operation) {
        PROBLEMS.forEach((status, meaning) -> {
            if (operation.getResponses().get(status) == null) {
                var response = new ApiResponse().description(meaning).content(new Content().addMediaType("application/problem+json",
                        new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))));
                if (status.equals("429") || status.equals("503")) {
                    response.addHeaderObject("Retry-After", new Header().description("Seconds").schema(new IntegerSchema()));
                }
                operation.getResponses().addApiResponse(status, response);
            }
        });
        operation.getResponses().values().forEach(response ->
                response.addHeaderObject("X-Request-Id", new Header().description("Id of this request").schema(new StringSchema())));
    }

    private static Map<String, String> problems() {
        var problems = new LinkedHashMap<String, String>();
        problems.put("400", "`validation_error`, `invalid_decision`: malformed; `details` names each fault");
        problems.put("401", "`unauthenticated`: no valid credentials");
        problems.put("403", "`forbidden`, `insufficient_role`, `separation_of_duties`, `blocked`: the caller may not do this");
        problems.put("404", "`not_found`, `action_unknown`: unknown, foreign, or not granted");
        problems.put("409", "`already_resolved`, `not_cancellable`, `not_reversible`, `rollback_conflict`, `not_resolvable`, `stale_view`: "
                + "out of turn; `current_status`, `decided_by` and `decided_at` tell what it has become");
        problems.put("410", "`expired`: the deadline was faster; body as for 409");
        problems.put("413", "`payload_too_large`: body, parameters, nesting or name beyond the bounds");
        problems.put("415", "`unsupported_media_type`: the body is not JSON in UTF-8");
        problems.put("422", "`idempotency_conflict`: the key was used with another body; `unsupported`: no such category or scope");
        problems.put("423", "`frozen`: a kill switch has paused the workspace or the agent; `switch` names it");
        problems.put("429", "`rate_limited`: too many calls");
        problems.put("500", "`internal_error`: our fault; `requestId` finds it in our log");
        problems.put("503", "`approval_system_unavailable`, `projection_lagging`: nothing is allowed while this lasts");
        return problems;
    }

    private static Schema<?> problem() {
        var schema = new ObjectSchema();
        schema.description("RFC 9457 problem. `code`, `error` are the same stable word, `message` and `detail` the same sentence.")
                .addProperty("type", new StringSchema().example(Problems.TYPE + "already_resolved"))
                .addProperty("title", new StringSchema().example("Already resolved"))
                .addProperty("status", new IntegerSchema().example(409))
                .addProperty("detail", new StringSchema())
                .addProperty("instance", new StringSchema().example("/api/v1/actions/0199f3a2-5b7e-7c41-9d0a-3f1c2b4a5d6e/approve"))
                .addProperty("code", new StringSchema().example("already_resolved"))
                .addProperty("error", new StringSchema().example("already_resolved"))
                .addProperty("message", new StringSchema())
                .addProperty("requestId", new StringSchema())
                .addProperty("details", new ArraySchema().description("On 400: each fault").items(new ObjectSchema()
                        .addProperty("field", new StringSchema()).addProperty("message", new StringSchema())))
                .addProperty("current_status", new StringSchema().description("On 409 and 410").example("approved"))
                .addProperty("decided_by", new StringSchema().description("On 409 and 410: principal id, or system:auto, system:expiry"))
                .addProperty("decided_at", new StringSchema().format("date-time").description("On 409 and 410"));
        schema.setRequired(List.of("type", "title", "status", "detail", "instance", "code", "error", "message", "requestId"));
        return schema;
    }
}
