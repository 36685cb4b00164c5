/** What can be said of a statement from its text alone. */
@NullMarked
package io.countersign.command.sql.api;

import org.jspecify.annotations.NullMarked;
