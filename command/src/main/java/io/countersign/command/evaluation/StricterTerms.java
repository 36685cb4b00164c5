package io.countersign.command.evaluation;

import io.countersign.command.action.api.Terms;
import io.countersign.command.action.api.Terms.Profile;
import io.countersign.command.evaluation.api.Hit;
import io.countersign.command.policy.api.Effect;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Terms after the policies: of each field the stricter value. Pure. */
public final class StricterTerms {

    private StricterTerms() {}

    /**
     * Merges who may decide, and how long it must wait.
     *
     * @return empty when nobody is left who may decide
     */
    public static Optional<Terms> of(Terms terms, List<Hit> hits) {
        Profile profile = terms.profile();
        boolean asks = false;
        for (Hit hit : hits) {
            if (hit.effect() == Effect.REQUIRE_APPROVAL) {
                asks = true;
                Profile wanted = hit.profile();
                if (wanted != null) {
                    if (nobodyLeft(profile, wanted)) {
                        return Optional.empty();
                    }
                    profile = stricter(profile, wanted);
                }
            }
        }
        int delay = delay(hits);
        if (delay > 0) {
            profile = settling(profile, Math.max(profile.settleSeconds(), delay));
        }
        String tier = asks || terms.mode() != Terms.ApprovalMode.AUTO ? "staged" : delay > 0 ? "delayed" : terms.tier();
        return Optional.of(new Terms(tier, terms.mode(), profile, terms.execution(), terms.executionClass(), terms.timeoutMillis(),
                terms.onTimeout(), terms.reversible(), terms.scope(), terms.source(), terms.catalogueVersion()));
    }

    /** The terms when a standing approval answered: it runs at once, or when the pause after an approval is over. */
    public static Terms answered(Terms terms, boolean waits) {
        return new Terms(waits ? "delayed" : "immediate", terms.mode(), terms.profile(), terms.execution(), terms.executionClass(),
                terms.timeoutMillis(), terms.onTimeout(), terms.reversible(), terms.scope(), terms.source(), terms.catalogueVersion());
    }

    /** The longest delay any rule asks for, in seconds; 0 for none. */
    public static int delay(List<Hit> hits) {
        return hits.stream().filter(hit -> hit.effect() == Effect.DELAY).map(Hit::delaySeconds).filter(Objects::nonNull)
                .max(Integer::compareTo).orElse(0);
    }

    private static boolean nobodyLeft(Profile one, Profile other) {
        return !one.allowedPrincipals().isEmpty() && !other.allowedPrincipals().isEmpty()
                && one.allowedPrincipals().stream().noneMatch(other.allowedPrincipals()::contains);
    }

    private static Profile stricter(Profile one, Profile other) {
        List<String> allowed = one.allowedPrincipals().isEmpty() ? other.allowedPrincipals() : other.allowedPrincipals().isEmpty()
                ? one.allowedPrincipals() : one.allowedPrincipals().stream().filter(other.allowedPrincipals()::contains).toList();
        return new Profile(one.minRole().atLeast(other.minRole()) ? one.minRole() : other.minRole(),
                Math.max(one.minApprovals(), other.minApprovals()), one.distinctFromRequester() || other.distinctFromRequester(),
                one.excludeAgentOwner() || other.excludeAgentOwner(), allowed, self(one, other),
                Stream.of(one.confirmationPhrase(), other.confirmationPhrase()).filter(Objects::nonNull).findFirst().orElse(null),
                Math.max(one.settleSeconds(), other.settleSeconds()));
    }

    /** Later is stricter; never is strictest. */
    private static @Nullable Integer self(Profile one, Profile other) {
        Integer first = one.selfAfterSeconds();
        Integer second = other.selfAfterSeconds();
        if (first != null && second != null) {
            return Math.max(first, second);
        }
        boolean never = first == null && one.distinctFromRequester() || second == null && other.distinctFromRequester();
        return never ? null : first == null ? second : first;
    }

    private static Profile settling(Profile profile, int seconds) {
        return new Profile(profile.minRole(), profile.minApprovals(), profile.distinctFromRequester(), profile.excludeAgentOwner(),
                profile.allowedPrincipals(), profile.selfAfterSeconds(), profile.confirmationPhrase(), seconds);
    }
}
