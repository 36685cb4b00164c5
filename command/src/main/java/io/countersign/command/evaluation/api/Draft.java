package io.countersign.command.evaluation.api;

import io.countersign.command.policy.api.PolicyDefinition;

/**
 * A policy as somebody would put it in force.
 *
 * @param authorId who would answer for its standing approvals
 */
public record Draft(PolicyDefinition definition, String authorId) {}
