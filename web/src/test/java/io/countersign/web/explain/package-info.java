/** Specifications of explanations. */
@NullMarked
package io.countersign.web.explain;

import org.jspecify.annotations.NullMarked;
