package io.countersign.command.monitoring.api;

import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchScope;
import java.util.List;

/**
 * What an agent must not do, and which switch is thrown when it does. Of {@code mostPerMinute} and {@code sequence} one is set.
 *
 * @param name small letters, digits and {@code -}, at most 63
 * @param agentId whom it watches; empty for every agent, each on its own
 * @param mostPerMinute how many actions an agent may ask for within any minute; 0 for no rate
 * @param sequence names of actions or entries, 1 to 10, that must not follow each other, whatever comes in between; empty for none
 * @param windowSeconds within how long, 1 to 86,400; 0 for a rate
 * @param throwsScope scope of the switch
 * @param throwsSubject subject of the switch; empty for everything, and for the agent that broke the rule
 */
public record MonitoringRule(String name, String agentId, int mostPerMinute, List<String> sequence, int windowSeconds, SwitchScope throwsScope,
        String throwsSubject) {

    /** Whether it watches this agent. */
    public boolean watches(String id) {
        return agentId.isEmpty() || agentId.equals(id);
    }

    /** It limits how often, not what. */
    public boolean limitsRate() {
        return mostPerMinute > 0;
    }

    /** Subject of the switch when this agent breaks it. */
    public String subjectFor(String id) {
        return throwsScope == SwitchScope.AGENT && throwsSubject.isEmpty() ? id : throwsSubject;
    }

    /** What it forbids, as a phrase. */
    public String words() {
        return limitsRate() ? "more than " + mostPerMinute + (mostPerMinute == 1 ? " action" : " actions") + " within a minute"
                : String.join(", then ", sequence) + " within " + windowSeconds + " s";
    }

    /** The switch it throws, such as {@code agent} for whoever breaks it, or {@code category:payment}. */
    public String throwsSwitch() {
        return KillSwitch.nameOf(throwsScope, throwsSubject);
    }
}
