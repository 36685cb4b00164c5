/** Transfers of money. */
@NullMarked
package io.countersign.executors.payment;

import org.jspecify.annotations.NullMarked;
