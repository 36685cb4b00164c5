/** What can be tried on the past, and what came of it. */
@NullMarked
package io.countersign.query.backtest.api;

import org.jspecify.annotations.NullMarked;
