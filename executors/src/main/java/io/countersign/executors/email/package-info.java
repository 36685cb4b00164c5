/** The action type {@code email:send}: who may be reached, and one mail for each of them. */
@NullMarked
package io.countersign.executors.email;

import org.jspecify.annotations.NullMarked;
