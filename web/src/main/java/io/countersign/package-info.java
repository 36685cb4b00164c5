/** The service as a whole: where it is started. */
@NullMarked
package io.countersign;

import org.jspecify.annotations.NullMarked;
