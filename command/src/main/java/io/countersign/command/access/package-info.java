/** Puts on the log who came in, who was turned away, and what was looked at. */
@NullMarked
package io.countersign.command.access;

import org.jspecify.annotations.NullMarked;
