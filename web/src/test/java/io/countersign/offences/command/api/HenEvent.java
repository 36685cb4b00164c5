package io.countersign.offences.command.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

public sealed interface HenEvent {

    /** It has no name. */
    @Revision("1")
    record Nameless() implements HenEvent {}

    /** It has no revision. */
    @EventName("hen.unversioned")
    record Unversioned() implements HenEvent {}

    /** It is no record. */
    @EventName("hen.changeable")
    @Revision("1")
    final class Changeable implements HenEvent {}
}
