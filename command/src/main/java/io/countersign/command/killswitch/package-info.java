/** Switches that stop what agents do, at once and everywhere. */
@NullMarked
package io.countersign.command.killswitch;

import org.jspecify.annotations.NullMarked;
