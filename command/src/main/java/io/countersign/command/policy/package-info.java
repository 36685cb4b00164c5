/** Policies as they are kept: what was written, which version stands, what is in force for whom. */
@NullMarked
package io.countersign.command.policy;

import org.jspecify.annotations.NullMarked;
