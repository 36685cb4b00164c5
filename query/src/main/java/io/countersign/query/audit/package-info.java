/** One line for every event, for whoever has to account for it. */
@NullMarked
package io.countersign.query.audit;

import org.jspecify.annotations.NullMarked;
