/** Counts what happened to actions, so that people can see whether they are asked the right things. */
@NullMarked
package io.countersign.query.insight;

import org.jspecify.annotations.NullMarked;
