/** Pure functions from a request and the terms in force to a verdict. */
@NullMarked
package io.countersign.command.evaluation;

import org.jspecify.annotations.NullMarked;
