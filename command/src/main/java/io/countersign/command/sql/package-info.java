/** Reads one SQL statement without running it. */
@NullMarked
package io.countersign.command.sql;

import org.jspecify.annotations.NullMarked;
