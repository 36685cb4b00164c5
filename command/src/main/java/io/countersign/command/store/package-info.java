/** The event store: one append, one order, no gaps. */
@NullMarked
package io.countersign.command.store;

import org.jspecify.annotations.NullMarked;
