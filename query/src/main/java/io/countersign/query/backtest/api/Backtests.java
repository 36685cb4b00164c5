package io.countersign.query.backtest.api;

import io.countersign.command.policy.api.PolicyDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tries policies on past actions. Nothing live is touched. Reports are kept in the memory of the node that made them, the newest twenty; they
 * can be made again at any time.
 */
public interface Backtests {

    /**
     * Begins one.
     *
     * @param id of the new backtest; unique
     * @throws io.countersign.command.api.Refused {@code validation_error} when a policy does not compile; {@code rate_limited} while two are
     *         running on this node
     */
    Backtest start(String id, String workspace, Plan plan);

    /** Those that this node still knows of a workspace, the newest first. */
    List<Backtest> recent(String workspace);

    /** What one tries. Empty when it is unknown on this node, or of another workspace. */
    Optional<Plan> plan(String workspace, String id);

    /** How one stands. Empty when it is unknown on this node, or of another workspace. */
    Optional<Backtest> byId(String workspace, String id);

    /** The same as soon as it has ended, at the latest after this time. */
    Optional<Backtest> await(String workspace, String id, Duration atMost);

    /** Stops one. Nothing happens when it has ended. */
    Optional<Backtest> cancel(String workspace, String id);

    /** Actions whose verdict would change: those that contradict a person first, then in the order of the log; at most 1,000 of each. */
    List<ChangedAction> changed(String workspace, String id);

    /**
     * Which past actions a draft would have spoken up for, as {@link #start} would find it. Somebody waits, so it looks for about a second, at the
     * newest actions first, and says how far back it got. Rules about rates are counted in the order of the log; their windows begin empty where
     * it begins to look.
     *
     * @param window how far back at most; positive
     * @throws io.countersign.command.policy.api.InvalidPolicy when the draft does not compile
     */
    Catch caught(String workspace, PolicyDefinition draft, Duration window);

    /**
     * What a draft would have spoken up for.
     *
     * @param looked how many actions were looked at
     * @param since all actions from then on were looked at, save those whose content was erased; the beginning of the window when all of it was
     *        looked at
     * @param all whether all of the window was looked at
     * @param count how many of them some rule of the draft holds for
     * @param newest the newest five of these
     */
    record Catch(long looked, Instant since, boolean all, long count, List<Caught> newest) {

        /** Copies. */
        public Catch {
            newest = List.copyOf(newest);
        }
    }

    /** One of them; {@code rule} is the strictest rule that holds, as {@code policy/rule}. */
    record Caught(String actionId, String actionType, Instant requestedAt, String rule) {}

    /**
     * What is tried.
     *
     * @param policies each takes the place of the policies of its name, or is added; one that is not enabled takes the place with nothing.
     *        All of them decide, also those written to watch only
     * @param window how far back; positive
     */
    record Plan(List<PolicyDefinition> policies, Duration window) {

        /** Copies. */
        public Plan {
            policies = List.copyOf(policies);
        }
    }
}
