package io.countersign.web.admin;

import io.countersign.command.action.api.ActionCommand.Attempt;
import io.countersign.command.action.api.Terms.ApprovalMode;
import io.countersign.command.action.api.Terms.ExecutionClass;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.executors.ActionExecutor;
import io.countersign.executors.ExecutionOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;

/** Parcels of which nobody knows whether they arrived, and which cannot be sent twice. */
@TestConfiguration(proxyBeanMethods = false)
class LostParcels {

    private static final String TYPE = "parcel:send";

    @Bean
    ActionExecutor parcelExecutor() {
        return new ActionExecutor() {
            @Override
            public String actionType() {
                return TYPE;
            }

            @Override
            public String version() {
                return "1";
            }

            @Override
            public ExecutionOutcome execute(Attempt attempt, Duration timeLeft) {
                return new ExecutionOutcome.Unknown("no_answer", "The parcel office did not answer.");
            }
        };
    }

    @Bean
    ActionType parcelType() {
        return new ActionType() {
            @Override
            public String name() {
                return TYPE;
            }

            @Override
            public String description() {
                return "Sends a parcel.";
            }

            @Override
            public String parametersSchema() {
                return "{\"type\":\"object\"}";
            }

            @Override
            public ApprovalMode defaultMode() {
                return ApprovalMode.MANUAL;
            }

            @Override
            public String scope() {
                return "external";
            }

            @Override
            public boolean reversible() {
                return false;
            }

            @Override
            public ExecutionClass executionClass() {
                return ExecutionClass.ONCE;
            }

            @Override
            public List<String> requiredCredentials() {
                return List.of();
            }

            @Override
            public Description describe(JsonNode params) {
                return new Description("Send a parcel", "parcels");
            }

            @Override
            public Optional<Block> gate(JsonNode params, GateFacts facts) {
                return Optional.empty();
            }
        };
    }
}
