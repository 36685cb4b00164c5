/** Sees to it that a cleared action is started once, ends with an honest outcome, and that nothing due is forgotten. */
@NullMarked
package io.countersign.executors.execution;

import org.jspecify.annotations.NullMarked;
