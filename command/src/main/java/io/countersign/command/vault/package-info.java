/** Keeps the secrets that executors need, and gives them to nobody else. */
@NullMarked
package io.countersign.command.vault;

import org.jspecify.annotations.NullMarked;
