/** What an action would change in what is there now, for whoever reviews it. */
@NullMarked
package io.countersign.command.preview.api;

import org.jspecify.annotations.NullMarked;
