/** Asks for the undoing of another action, so that undoing can be asked for, judged and approved like anything else. */
@NullMarked
package io.countersign.executors.undo;

import org.jspecify.annotations.NullMarked;
