/** What the service says about its surroundings. */
@NullMarked
package io.countersign.command.diagnostics;

import org.jspecify.annotations.NullMarked;
