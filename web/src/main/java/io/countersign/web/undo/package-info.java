/** What can be undone, and undoing many things in order. */
@NullMarked
package io.countersign.web.undo;

import org.jspecify.annotations.NullMarked;
