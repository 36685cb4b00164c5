/** Execution against the real aggregate, event store and database. */
@NullMarked
package io.countersign.executors.execution;

import org.jspecify.annotations.NullMarked;
