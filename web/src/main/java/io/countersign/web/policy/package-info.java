/** Policies as text, for the console and the interface alike. */
@NullMarked
package io.countersign.web.policy;

import org.jspecify.annotations.NullMarked;
