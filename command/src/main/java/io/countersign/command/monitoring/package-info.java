/** Watches how agents behave, and throws a kill switch by itself when a rule of an admin is broken. */
@NullMarked
package io.countersign.command.monitoring;

import org.jspecify.annotations.NullMarked;
