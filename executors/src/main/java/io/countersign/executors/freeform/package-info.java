/** What is asked for in words. */
@NullMarked
package io.countersign.executors.freeform;

import org.jspecify.annotations.NullMarked;
