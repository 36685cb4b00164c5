package io.countersign.command.killswitch.api;

import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What admins do with kill switches. Who does it stands in the metadata as {@code actor}. What stands so already changes nothing. */
public sealed interface SwitchCommand {

    /** The switches of this workspace. */
    String workspace();

    /** The id of the switchboard of the workspace. */
    @TargetAggregateIdentifier
    default String switchboardId() {
        return "switchboard/" + workspace();
    }

    /**
     * Stops it at once: new requests are refused, what is cleared and not started is held.
     *
     * @param subject as in {@link KillSwitch}
     * @param reason at most 1,000 characters
     */
    record ThrowSwitch(String workspace, SwitchScope scope, String subject, @Nullable String reason) implements SwitchCommand {}

    /** Lets it go on. What was held goes on where it was. */
    record ReleaseSwitch(String workspace, SwitchScope scope, String subject, @Nullable String reason) implements SwitchCommand {}
}
