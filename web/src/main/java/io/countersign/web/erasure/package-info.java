/** Erases what was written, on request and by age. */
@NullMarked
package io.countersign.web.erasure;

import org.jspecify.annotations.NullMarked;
