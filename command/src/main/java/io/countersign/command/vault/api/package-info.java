/** The vault as other modules see it: what can be asked of it, what happened to it, and what stands in it. */
@NullMarked
package io.countersign.command.vault.api;

import org.jspecify.annotations.NullMarked;
