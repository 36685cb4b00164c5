package io.countersign.offences.command.api;

import io.countersign.command.store.api.EventName;
import org.axonframework.serialization.Revision;

@EventName("hen.orphaned")
@Revision("1")
record Orphaned() {}
