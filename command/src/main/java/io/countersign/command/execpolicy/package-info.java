/** Which programs may be run at all, and which command lines ask for a person. */
@NullMarked
package io.countersign.command.execpolicy;

import org.jspecify.annotations.NullMarked;
