/** Findings with stable codes, for the log, the health page and those who automate on them. */
@NullMarked
package io.countersign.command.diagnostics.api;

import org.jspecify.annotations.NullMarked;
