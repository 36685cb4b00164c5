package io.countersign.command.policy;

import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.ParameterFault;
import io.countersign.command.evaluation.Glob;
import io.countersign.command.evaluation.TermsInForce;
import io.countersign.command.policy.api.Condition;
import io.countersign.command.policy.api.Effect;
import io.countersign.command.policy.api.PolicyDefinition;
import io.countersign.command.policy.api.Rule;
import io.countersign.command.principal.api.Principal.Person;
import io.countersign.command.principal.api.Role;
import io.countersign.command.settings.api.ActionSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What a standing approval needs when it is written, beyond its shape: an end that is near enough, and a writer who could decide what it
 * approves. The second is asked again whenever it would stand in for somebody; here it is said while there is somebody to tell.
 */
@Component
class StandingRules {

    private static final Duration LONGEST = Duration.ofDays(90);

    private final ActionTypes types;
    private final ActionSettings settings;
    private final Clock clock;

    StandingRules(ActionTypes types, ActionSettings settings, Clock clock) {
        this.types = types;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * @param before what the policy said so far: an end that has passed meanwhile may stay; null when it is new
     * @param author who writes it, and whose decision each approval will count as
     */
    List<ParameterFault> faults(@Nullable PolicyDefinition before, PolicyDefinition definition, Person author) {
        Instant now = clock.instant();
        List<ParameterFault> faults = new ArrayList<>();
        for (int i = 0; i < definition.rules().size(); i++) {
            Rule rule = definition.rules().get(i);
            if (rule.effect() == Effect.APPROVE) {
                String place = "rules[" + i + "].";
                end(before, rule, now).ifPresent(message -> faults.add(new ParameterFault(place + "expires_at", message)));
                tooMuch(rule.condition(), author).ifPresent(message -> faults.add(new ParameterFault(place + "effect", message)));
            }
        }
        return faults;
    }

    private static Optional<String> end(@Nullable PolicyDefinition before, Rule rule, Instant now) {
        Instant end = rule.expiresAt();
        if (end == null || end.isAfter(now.plus(LONGEST))) {
            return Optional.of("a standing approval ends at most 90 days from now");
        }
        boolean stood = before != null && before.rules().stream().anyMatch(rule::equals);
        return end.isAfter(now) || stood ? Optional.empty() : Optional.of("has passed");
    }

    /** Only names of actions tell beforehand what a rule can match; of other conditions each use is looked at. */
    private Optional<String> tooMuch(Condition condition, Person author) {
        if (!(condition instanceof Condition.ActionName named)) {
            return Optional.empty();
        }
        Glob glob = Glob.of(named.glob());
        return types.all().stream().filter(type -> glob.matches(type.name())).filter(type -> !author.role().atLeast(deciding(type))).findFirst()
                .map(type -> "a standing approval counts as your decision, and " + type.name() + " takes the role "
                        + deciding(type).name().toLowerCase(Locale.ROOT));
    }

    private Role deciding(ActionType type) {
        return TermsInForce.of(type, settings, false).profile().minRole();
    }
}
