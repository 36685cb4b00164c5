/** Actions for readers: the queue, the list, and one action folded from its stream. */
@NullMarked
package io.countersign.query.action;

import org.jspecify.annotations.NullMarked;
