/** Policies tried on what was asked for in the past, with the facts of then and without any effect. */
@NullMarked
package io.countersign.query.backtest;

import org.jspecify.annotations.NullMarked;
