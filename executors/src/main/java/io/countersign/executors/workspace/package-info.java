/** The folders of agents: where they lie, and how to walk in them without ever leaving. */
@NullMarked
package io.countersign.executors.workspace;

import org.jspecify.annotations.NullMarked;
