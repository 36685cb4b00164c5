/** The published language of an action: commands, events, states. */
@NullMarked
package io.countersign.command.action.api;

import org.jspecify.annotations.NullMarked;
