/** Measures the hot paths beside their references, in one run. */
@NullMarked
package io.countersign.bench;

import org.jspecify.annotations.NullMarked;
