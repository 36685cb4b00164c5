/** An action told in words: what was asked, why it passed or not, who decided, what became of it. */
@NullMarked
package io.countersign.web.explain;

import org.jspecify.annotations.NullMarked;
