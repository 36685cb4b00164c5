/** What the service finds wrong with its own surroundings. */
@NullMarked
package io.countersign.command.diagnostics;

import org.jspecify.annotations.NullMarked;
