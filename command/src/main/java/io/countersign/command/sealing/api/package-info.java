/** Sealed content as it stands in events, and the ring that opens it. */
@NullMarked
package io.countersign.command.sealing.api;

import org.jspecify.annotations.NullMarked;
