/** The published language of principals. */
@NullMarked
package io.countersign.command.principal.api;

import org.jspecify.annotations.NullMarked;
