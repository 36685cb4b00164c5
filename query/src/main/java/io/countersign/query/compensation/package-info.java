/** Compensation plans, folded from their streams. */
@NullMarked
package io.countersign.query.compensation;

import org.jspecify.annotations.NullMarked;
