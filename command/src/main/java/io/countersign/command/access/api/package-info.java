/** The published language of access: who came in, who was turned away, and what was looked at. */
@NullMarked
package io.countersign.command.access.api;

import org.jspecify.annotations.NullMarked;
