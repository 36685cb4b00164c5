/** What the whole service promises when processes, databases and callers fail: proven on real processes that are really killed. */
@NullMarked
package io.countersign.faults;

import org.jspecify.annotations.NullMarked;
