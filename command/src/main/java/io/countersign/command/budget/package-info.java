/** Limits over a period, reserved in the same append as the verdict. */
@NullMarked
package io.countersign.command.budget;

import org.jspecify.annotations.NullMarked;
