package io.countersign.command.killswitch.api;

import io.countersign.command.sealing.api.Sealed;
import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/** What happened to the kill switches of a workspace. */
public sealed interface SwitchEvent {

    /** The switchboard of the workspace. */
    String switchboardId();

    /** Something was stopped. {@code reason} seals {@link Reason}. */
    @EventName("switch.thrown")
    @Revision("1")
    record SwitchThrown(String switchboardId, String workspace, SwitchScope scope, String subject, String thrownBy, Sealed reason)
            implements SwitchEvent {}

    /** It may go on. {@code reason} seals {@link Reason}. */
    @EventName("switch.released")
    @Revision("1")
    record SwitchReleased(String switchboardId, String workspace, SwitchScope scope, String subject, String releasedBy, Sealed reason)
            implements SwitchEvent {}

    /** What the person said; sealed under the key of the switchboard. */
    record Reason(@Nullable String text) {}
}
