package io.countersign.web.rest;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
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
import io.countersign.web.security.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the description of the interface says beside what the controllers say themselves: who may call, and how errors look. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String PROBLEM = "Problem";
    private static final Map<String, String> PROBLEMS = problems();

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
            api.getComponents().setSchemas(new TreeMap<>(api.getComponents().getSchemas()));
        };
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
        problems.put("403", "`forbidden`, `insufficient_role`, `separation_of_duties`: the caller may not do this");
        problems.put("404", "`not_found`, `action_unknown`: unknown, foreign, or not granted");
        problems.put("409", "`already_resolved`, `not_cancellable`, `not_reversible`, `rollback_conflict`, `not_resolvable`, `stale_view`: "
                + "out of turn; `current_status`, `decided_by` and `decided_at` tell what it has become");
        problems.put("410", "`expired`: the deadline was faster; body as for 409");
        problems.put("413", "`payload_too_large`: body, parameters, nesting or name beyond the bounds");
        problems.put("415", "`unsupported_media_type`: the body is not JSON in UTF-8");
        problems.put("422", "`idempotency_conflict`: the key was used with another body");
        problems.put("429", "`rate_limited`: too many calls");
        problems.put("500", "`internal_error`: our fault; `requestId` finds it in our log");
        problems.put("503", "`approval_system_unavailable`, `projection_lagging`: nothing is allowed while this lasts");
        return problems;
    }

    private static Schema<?> problem() {
        return new ObjectSchema()
                .description("RFC 9457 problem. `code`, `error` are the same stable word, `message` and `detail` the same sentence.")
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
                .addProperty("decided_at", new StringSchema().format("date-time").description("On 409 and 410"))
                .required(List.of("type", "title", "status", "detail", "instance", "code", "error", "message", "requestId"));
    }
}
