/** Decides: takes commands, keeps the laws of each aggregate, and appends events. Knows no web, no view and no executor. */
@NullMarked
package io.countersign.command;

import org.jspecify.annotations.NullMarked;
