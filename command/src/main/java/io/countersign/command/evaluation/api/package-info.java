/** What rules look at, what they find, and where facts come from. */
@NullMarked
package io.countersign.command.evaluation.api;

import org.jspecify.annotations.NullMarked;
