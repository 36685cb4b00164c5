package io.countersign.command.evaluation.api;

import io.countersign.command.catalogue.api.ActionType;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds out what an action touches, beyond what its parameters say. Implementations are Spring beans; asked once for each request, before
 * the rules, and again right before the start.
 */
public interface FactSource {

    /**
     * The key under which a source says why it cannot tell: a sentence, or null. What cannot be inspected goes to a person, and every rule
     * about this namespace counts as undecided.
     */
    String UNINSPECTABLE = "uninspectable";

    /** Where its facts stand, such as {@code sql}. One source a namespace; {@code action, params, agent, time} are taken. */
    String namespace();

    /** Whether it has something to say about actions of this type. */
    boolean speaksFor(ActionType type);

    /**
     * The facts: text, {@code Long}, {@code Double}, {@code Boolean}, null, and lists and maps of these. Must answer within its own time
     * limit; an exception counts as {@link #UNINSPECTABLE}. Changes nothing anywhere.
     *
     * @param params valid parameters
     */
    Map<String, @Nullable Object> gather(String workspace, ActionType type, JsonNode params);
}
