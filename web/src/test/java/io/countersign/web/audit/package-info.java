/** Specifications of what is taken elsewhere. */
@NullMarked
package io.countersign.web.audit;

import org.jspecify.annotations.NullMarked;
