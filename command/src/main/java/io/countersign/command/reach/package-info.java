/** Which hosts the calls of an agent may choose. */
@NullMarked
package io.countersign.command.reach;

import org.jspecify.annotations.NullMarked;
