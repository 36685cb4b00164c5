/** Seals what people and agents write, so that destroying one key erases it everywhere. */
@NullMarked
package io.countersign.command.sealing;

import org.jspecify.annotations.NullMarked;
