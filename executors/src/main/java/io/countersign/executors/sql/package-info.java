/** Reads from databases: what a statement would touch, as their own catalogue and planner say, and the approved statement itself, once. */
@NullMarked
package io.countersign.executors.sql;

import org.jspecify.annotations.NullMarked;
