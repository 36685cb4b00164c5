/** The published language of the reach of agents. */
@NullMarked
package io.countersign.command.reach.api;

import org.jspecify.annotations.NullMarked;
