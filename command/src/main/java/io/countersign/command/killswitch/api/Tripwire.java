package io.countersign.command.killswitch.api;

/** Throws switches in the name of a rule. */
public interface Tripwire {

    /** Who is said to have thrown them. */
    String ACTOR = "system:monitoring";

    /** Refuses what there is not, as throwing it by hand would. */
    void mustExist(String workspace, SwitchScope scope, String subject);

    /** Throws the switch in the append of the current command; nothing happens when it is thrown already. */
    void trip(String workspace, SwitchScope scope, String subject, String cause);
}
