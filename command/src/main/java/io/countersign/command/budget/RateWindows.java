package io.countersign.command.budget;

import io.countersign.command.budget.api.Reservations;
import io.countersign.command.budget.api.Supply;
import io.countersign.command.budget.api.Supply.Span;
import io.countersign.command.evaluation.api.Facts;
import io.countersign.command.evaluation.api.RateKeeper;
import io.countersign.command.policy.api.Condition;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.springframework.stereotype.Component;

/** The windows of rules about rates: one for each rule and each agent, action or target that it tells apart. They roll. */
@Component
class RateWindows implements RateKeeper {

    private final Reservations reservations;

    RateWindows(Reservations reservations) {
        this.reservations = reservations;
    }

    @Override
    public Answer ask(String workspace, String policyId, String ruleId, Condition.Rate rate, Facts facts, Instant now, String actionId,
            boolean take) {
        if (rate.sum() && !(facts.get("params", "amount") instanceof Long summed && summed >= 0)) {
            return Answer.UNKNOWN;
        }
        long amount = rate.sum() && facts.get("params", "amount") instanceof Long summed ? summed : 1;
        String subject = switch (rate.per()) {
            case "agent" -> facts.text("agent", "id");
            case "action" -> facts.text("action", "name");
            case "target" -> facts.text("action", "target");
            default -> "all";
        };
        if (subject.isEmpty()) {
            return Answer.UNKNOWN;
        }
        Supply supply = new Supply(workspace, "rule/" + digest(policyId + "\n" + ruleId + "\n" + rate.per() + "\n" + subject),
                new Span.Rolling(Duration.ofSeconds(rate.windowSeconds())));
        boolean room = take ? reservations.reserve(supply, now, actionId, amount, rate.limit())
                : amount <= rate.limit() - reservations.used(supply, now);
        return room ? Answer.WITHIN : Answer.EXCEEDED;
    }

    /** Targets are written by agents: of any length, and not for the clear part of the log. */
    private static String digest(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
