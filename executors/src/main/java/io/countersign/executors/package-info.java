/** Acts: turns a cleared action into its effect, once, and records the outcome honestly. */
@NullMarked
package io.countersign.executors;

import org.jspecify.annotations.NullMarked;
