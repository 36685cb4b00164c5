/** Remembers for readers: projections of the events, rebuildable from zero, and the questions asked of them. */
@NullMarked
package io.countersign.query;

import org.jspecify.annotations.NullMarked;
