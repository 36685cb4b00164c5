/** The one way out: every byte that leaves for another house goes through here, to an address that was checked. */
@NullMarked
package io.countersign.executors.outbound;

import org.jspecify.annotations.NullMarked;
