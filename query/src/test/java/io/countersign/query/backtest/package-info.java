/** How past actions are read. */
@NullMarked
package io.countersign.query.backtest;

import org.jspecify.annotations.NullMarked;
