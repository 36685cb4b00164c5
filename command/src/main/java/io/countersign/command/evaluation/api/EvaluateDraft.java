package io.countersign.command.evaluation.api;

import io.countersign.command.action.api.ActionCommand.RequestAction;

/**
 * What would happen to a request if a draft were in force: the same evaluation, nothing appended. Answers with
 * {@link io.countersign.command.action.api.Verdict}.
 */
public record EvaluateDraft(RequestAction request, Draft draft) {}
