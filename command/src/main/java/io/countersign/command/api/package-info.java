/** What every feature of the write side shares with its callers: refusals and who is asking. */
@NullMarked
package io.countersign.command.api;

import org.jspecify.annotations.NullMarked;
