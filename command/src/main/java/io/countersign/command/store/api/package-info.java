/** How events are named, and how other modules read them back. */
@NullMarked
package io.countersign.command.store.api;

import org.jspecify.annotations.NullMarked;
