/** The published language of kill switches. */
@NullMarked
package io.countersign.command.killswitch.api;

import org.jspecify.annotations.NullMarked;
